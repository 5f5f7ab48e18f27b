// The rows in the smallest form that loses nothing, and as bytes for the projection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../copies.hpp"
#include "../matrix.hpp"
#include "../memory.hpp"
#include "../rows.hpp"
#include "projection.hpp"

namespace ann {

/// A query, prepared; one per thread, reused.
struct ExactQueryRow {
    AlignedArray<std::uint8_t> bytes;  // for the projection
    AlignedArray<std::int8_t> shifted; // these less 128
    AlignedArray<float> values;
    AlignedArray<float> centred;       // without the mean, where rows are floats
    bool whole = false;
    std::int32_t square = 0;           // of the whole values
    ByteRow row{};
};

/// Euclidean rows of whole numbers that span no more than 255 are kept as bytes: their distances are
/// exact in int32. Other rows are float32, as Rows has them. Equal rows are kept once (copies.hpp).
class ExactRows {
public:
    ExactRows() = default;
    /// Throws as Rows does.
    ExactRows(const MatrixView& train, Metric metric, unsigned threads);

    /// Rows that differ.
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t dim() const { return dim_; }
    [[nodiscard]] bool is_bytes() const { return is_bytes_; }
    [[nodiscard]] const Copies& copies() const { return copies_; }
    /// Dimensions that the projection sees.
    [[nodiscard]] std::size_t inner_dim() const { return mean_.size(); }
    /// Bytes of one row that an exact distance reads.
    [[nodiscard]] std::size_t row_bytes() const {
        return is_bytes_ ? stride_ : rows_.stride() * sizeof(float);
    }
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::uint64_t first_id(std::uint32_t row) const {
        return copies_.none() ? row : copies_.of(row).front();
    }

    /// Mean of all rows in the dimensions that the projection sees.
    [[nodiscard]] const std::vector<float>& mean() const { return mean_; }
    /// Whether what byte_row() gives has had the mean taken off.
    [[nodiscard]] bool centred() const { return !is_bytes_; }

    [[nodiscard]] ExactQueryRow scratch() const;
    /// A row of these as a query for the projection; valid until `scratch` is used again.
    [[nodiscard]] ByteRow byte_row(std::uint32_t id, ExactQueryRow& scratch) const;
    /// Row `id` without the mean: inner_dim() values.
    void centred_row(std::uint32_t id, float* out) const;

    /// Prepares dim() floats. False for zeros under angular, which have no direction.
    [[nodiscard]] bool prepare(const float* query, ExactQueryRow& out) const;

    /// Asks for row `id` ahead of time; `locality` as prefetch() has it.
    template <int locality>
    void ask(std::uint32_t id) const {
        const std::size_t bytes = row_bytes() < kPrefetch ? row_bytes() : kPrefetch;
        if (!is_bytes_) return prefetch<locality>(rows_.row(id), bytes);
        prefetch<locality>(constants_.data() + id, sizeof constants_[id]);
        prefetch<locality>(bytes_.data() + id * stride_, bytes);
    }
    /// Squared distance; any value >= bound when it is that or more. Double, for whole numbers beyond
    /// 2^24.
    [[nodiscard]] double distance(const ExactQueryRow& query, std::uint32_t id, double bound) const;

    /// Squared distance between two of these.
    [[nodiscard]] double between(std::uint32_t a, std::uint32_t b) const;

    /// Whether its parts fit together, and hold `count` rows, copies included: for what was read.
    [[nodiscard]] bool is_sound(std::size_t count) const;

    /// All that it consists of, for a file (archive.hpp).
    template <class Archive>
    void archive(Archive& each) {
        each(count_, dim_, is_bytes_, stride_, low_, bytes_, constants_, rows_, copies_, mean_);
    }

private:
    static constexpr std::size_t kPrefetch = 1024;  // the rest comes by the hardware's own prefetcher

    void take_bytes(const MatrixView& train, float low, unsigned threads);
    void spread(ExactQueryRow& query) const;
    [[nodiscard]] ByteRow centred_bytes(const float* row, ExactQueryRow& out) const;

    std::size_t count_ = 0, dim_ = 0;
    bool is_bytes_ = false;
    std::size_t stride_ = 0;
    float low_ = 0.0f;                     // what byte 0 stands for
    AlignedArray<std::uint8_t> bytes_;
    AlignedArray<std::int32_t> constants_; // of a row: sum of x^2 - 256 * sum of x
    Rows rows_;
    Copies copies_;
    std::vector<float> mean_;
};

}  // namespace ann
