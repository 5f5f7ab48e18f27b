// A row in few bytes, and how far a query is from it, about.
//
// A code is a projected row (projection.hpp) rounded to a grid: 128 steps in its wide directions, 16
// in the narrow ones. With v~ what the code stands for,
//     |q - v|^2  is about  |q - v~|^2 + |v - v~|^2      (the cross term is as often positive as negative)
// and |q - v~|^2 = |q|^2 + |v~|^2 - 2 <q, v~>. So a code is the grid points, of which the kernel makes
// <q, v~>, and one constant for what does not depend on the query.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../kernels/bytes.hpp"
#include "../memory.hpp"
#include "projection.hpp"

namespace ann {

/// A query in the form that codes are compared with.
struct CodedQuery {
    const std::int8_t* values;  // CodeShape::query_bytes()
    float scale;
    float offset;
};

/// Room for one projected row.
struct CodeScratch {
    explicit CodeScratch(const Projection& projection)
        : sums(projection.outputs()), values(projection.outputs()) {}
    AlignedArray<std::int32_t> sums;
    AlignedArray<float> values;
};

/// How rows become codes.
class Coder {
public:
    Coder() = default;
    /// `shape`: the words; as many directions as fit are kept.
    Coder(const Sample& sample, CodeShape shape, bool centred, unsigned threads);

    [[nodiscard]] CodeShape shape() const { return shape_; }
    [[nodiscard]] const Projection& projection() const { return projection_; }
    [[nodiscard]] std::size_t bytes() const { return sizeof *this + projection_.bytes(); }

    /// Whether its parts fit together and to rows of `dim`: for what was read.
    [[nodiscard]] bool is_sound(std::size_t dim) const;

    /// All that it consists of, for a file (archive.hpp).
    template <class Archive>
    void archive(Archive& each) {
        each(shape_.wide, shape_.narrow, projection_, wide_step_, narrow_step_);
    }

    /// Writes shape().bytes() to `code`.
    void encode(const ByteRow& row, CodeScratch& scratch, std::uint8_t* code) const;

    /// Writes shape().query_bytes() to `values`.
    CodedQuery query(const ByteRow& row, CodeScratch& scratch, std::int8_t* values) const;

private:
    CodeShape shape_;
    Projection projection_;
    float wide_step_ = 1.0f, narrow_step_ = 1.0f;
};

/// How many wide and narrow values codes of a shape have room for.
std::size_t wide_values(CodeShape shape);
std::size_t narrow_values(CodeShape shape);

}  // namespace ann
