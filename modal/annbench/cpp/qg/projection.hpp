// From a row's bytes to the few directions in which rows differ most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../memory.hpp"

namespace ann {

/// A row as bytes: value j is (bytes[j] - zero) * unit. `square` is its squared distance to the mean
/// of all rows.
struct ByteRow {
    const std::uint8_t* bytes;
    float zero;
    float unit;
    float square;
};

/// Rows spread over the data, from which projection and codes are fitted.
struct Sample {
    std::vector<ByteRow> rows;
    std::vector<float> values;  // rows x dim, without their mean
    std::vector<float> mean;
};

/// y = P (x - mean). P has orthonormal rows: `wide` directions that hold most of what the rows
/// differ by, turned at random among each other so that all hold about the same, and after them
/// `narrow` ones of what is left, turned likewise. It is kept as bytes, each row with a scale.
class Projection {
public:
    Projection() = default;
    /// `centred`: rows come with their mean taken off already.
    Projection(const Sample& sample, std::size_t wide, std::size_t narrow, bool centred,
               unsigned threads);

    [[nodiscard]] std::size_t wide() const { return wide_; }
    [[nodiscard]] std::size_t narrow() const { return narrow_; }
    [[nodiscard]] std::size_t outputs() const { return outputs_; }

    /// Writes wide() + narrow() values to `out`, and zeros up to outputs(), for which it has room.
    /// `sums` is scratch of that size. Both are aligned to 64 bytes.
    void apply(const ByteRow& row, std::int32_t* sums, float* out) const;

    [[nodiscard]] std::size_t bytes() const;

    /// Whether its parts fit together and to rows of `dim`: for what was read.
    [[nodiscard]] bool is_sound(std::size_t dim) const;

    /// All that it consists of, for a file (archive.hpp).
    template <class Archive>
    void archive(Archive& each) {
        each(dim_, wide_, narrow_, outputs_, matrix_, scale_, row_sum_, mean_);
    }

private:
    std::size_t dim_ = 0, wide_ = 0, narrow_ = 0;
    std::size_t outputs_ = 0;            // wide + narrow, padded to whole vectors
    AlignedArray<std::int8_t> matrix_;   // as ByteKernels::project has it
    std::vector<float> scale_, row_sum_, mean_;  // of each output
};

}  // namespace ann
