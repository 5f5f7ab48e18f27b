// Euclidean rows of whole numbers, one byte a number: their distances are exact in int32.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "byte_candidates.hpp"
#include "kernels/bytes.hpp"
#include "matrix.hpp"
#include "memory.hpp"

namespace ann {

/// Rows x of whole numbers that span 255 at most, as x - low - 128 in tiles of kTileRows rows
/// (kernels/bytes.hpp), the last one filled up with zeros. Queries y have y - low:
///   |x - y|^2 = |x - low|^2 + (|y - low|^2 - 256 * sum(y - low)) - 2 * dot(x - low - 128, y - low)
/// Sums in between may leave int32 and come back; the distance is within it.
class ByteRows {
public:
    ByteRows() = default;

    /// Nothing when a value is no whole number, when values are more than 255 apart, or when a
    /// distance may leave int32. `data`: n x dim, finite, not empty.
    static std::optional<ByteRows> of(const MatrixView& data, unsigned threads);

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t dim() const { return dim_; }
    [[nodiscard]] std::size_t tiles() const { return (count_ + kTileRows - 1) / kTileRows; }
    [[nodiscard]] std::size_t bytes() const { return values_.bytes() + squares_.bytes(); }

    /// Bytes of a prepared query.
    [[nodiscard]] std::size_t query_bytes() const { return 4 * groups_; }
    /// Writes the nearest query of such numbers into query_bytes() zeroed bytes, and what is its own
    /// of a distance; how far it is from dim() floats `query`, 0 where it is the same.
    [[nodiscard]] double prepare(const float* query, std::uint8_t* out, std::int32_t& constant) const;

    /// Offers the rows of a tile to each of `count` <= kTileQueries prepared queries, which lie one
    /// behind the other.
    void scan(std::size_t tile, const std::uint8_t* queries, const std::int32_t* constants,
              std::size_t count, ByteCandidates* candidates) const;

    /// Row `id` as it was given.
    void row(std::uint32_t id, float* out) const;

private:
    [[nodiscard]] std::size_t at(std::size_t row, std::size_t dimension) const {
        return row / kTileRows * kTileRows * 4 * groups_ + dimension / 4 * 4 * kTileRows +
               row % kTileRows * 4 + dimension % 4;
    }

    std::size_t count_ = 0, dim_ = 0, groups_ = 0;
    float low_ = 0.0f;
    AlignedArray<std::int8_t> values_;
    AlignedArray<std::int32_t> squares_;  // |x - low|^2
};

}  // namespace ann
