#include "byte_rows.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <vector>

#include "parallel.hpp"

namespace ann {
namespace {

/// dim * 255^2 must fit into int32.
constexpr std::size_t kMostDim = 32768;
/// float32 has all whole numbers below this, and their differences.
constexpr float kMostWhole = 8.0e6f;

struct Span {
    std::int32_t low, high;
};

/// What whole numbers span; nothing where one is none.
std::optional<Span> span_of(const float* values, std::size_t count) {
    const auto first = static_cast<std::int32_t>(std::fabs(values[0]) < kMostWhole ? values[0] : 0.0f);
    std::int32_t low = first, high = first, apart = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const float value = values[i];
        const auto number = static_cast<std::int32_t>(std::fabs(value) < kMostWhole ? value : 0.0f);
        apart |= static_cast<float>(number) != value ? 1 : 0;
        low = number < low ? number : low;
        high = number > high ? number : high;
    }
    if (apart != 0) return std::nullopt;
    return Span{low, high};
}

/// The smallest value; nothing where one is not whole, or far from another.
std::optional<float> whole_from(const MatrixView& data, unsigned threads) {
    constexpr std::size_t kBlock = 256;
    std::vector<Span> spans((data.rows + kBlock - 1) / kBlock);
    std::atomic<bool> whole{true};
    parallel_blocks(data.rows, kBlock, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        if (!whole.load(std::memory_order_relaxed)) return;
        const auto span = span_of(data.row(begin), (end - begin) * data.dim);
        if (span) spans[begin / kBlock] = *span;
        else whole = false;
    });
    if (!whole) return std::nullopt;
    Span all = spans.front();
    for (const Span& one : spans) all = {std::min(all.low, one.low), std::max(all.high, one.high)};
    if (all.high - all.low > 255) return std::nullopt;
    return static_cast<float>(all.low);
}

/// Less `low` and 128; the sum of the squares without that 128.
std::int32_t to_bytes(const float* __restrict values, float low, std::size_t dim,
                      std::int8_t* __restrict out) {
    std::int32_t square = 0;
    for (std::size_t j = 0; j < dim; ++j) {
        const auto value = static_cast<std::int32_t>(values[j] - low);
        square += value * value;
        out[j] = static_cast<std::int8_t>(value - 128);
    }
    return square;
}

}  // namespace

std::optional<ByteRows> ByteRows::of(const MatrixView& data, unsigned threads) {
    if (data.dim > kMostDim) return std::nullopt;
    const auto low = whole_from(data, threads);
    if (!low) return std::nullopt;

    ByteRows rows;
    rows.count_ = data.rows;
    rows.dim_ = data.dim;
    rows.groups_ = (data.dim + 3) / 4;
    rows.low_ = *low;
    rows.values_ = AlignedArray<std::int8_t>(rows.tiles() * kTileRows * 4 * rows.groups_);
    rows.squares_ = AlignedArray<std::int32_t>(rows.tiles() * kTileRows);
    parallel_blocks(data.rows, kTileRows, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        std::vector<std::int8_t> row(4 * rows.groups_);
        for (std::size_t i = begin; i < end; ++i) {
            rows.squares_[i] = to_bytes(data.row(i), *low, data.dim, row.data());
            std::int8_t* to = rows.values_.data() + rows.at(i, 0);
            for (std::size_t g = 0; g < rows.groups_; ++g)
                std::memcpy(to + g * 4 * kTileRows, row.data() + 4 * g, 4);
        }
    });
    return rows;
}

double ByteRows::prepare(const float* query, std::uint8_t* out, std::int32_t& constant) const {
    std::int32_t sum = 0, square = 0;
    double apart = 0.0;
    for (std::size_t j = 0; j < dim_; ++j) {
        const double value = static_cast<double>(query[j]) - low_;
        const auto number = static_cast<std::int32_t>(std::clamp(value, 0.0, 255.0) + 0.5);
        const double off = value - number;
        apart += off * off;
        out[j] = static_cast<std::uint8_t>(number);
        sum += number;
        square += number * number;
    }
    constant = square - 256 * sum;
    return std::sqrt(apart);
}

void ByteRows::scan(std::size_t tile, const std::uint8_t* queries, const std::int32_t* constants,
                    std::size_t count, ByteCandidates* candidates) const {
    alignas(kCacheLine) std::int32_t found[kTileQueries * kTileRows];
    const std::size_t first = tile * kTileRows;
    byte_kernels().tile(values_.data() + first * 4 * groups_, groups_, queries, count, found);
    const std::int32_t* squares = squares_.data() + first;
    for (std::size_t q = 0; q < count; ++q) {
        std::int32_t* distances = found + q * kTileRows;
        const auto constant = static_cast<std::uint32_t>(constants[q]);
        const std::int32_t bound = candidates[q].bound();
        std::int32_t any = 0;
        for (std::size_t r = 0; r < kTileRows; ++r) {  // unsigned: sums may leave int32 and come back
            distances[r] = static_cast<std::int32_t>(static_cast<std::uint32_t>(squares[r]) + constant -
                                                     2u * static_cast<std::uint32_t>(distances[r]));
            any |= distances[r] < bound ? -1 : 0;
        }
        if (any == 0) continue;
        const std::size_t rows = std::min(kTileRows, count_ - first);
        for (std::size_t r = 0; r < rows; ++r)
            if (distances[r] < candidates[q].bound())
                candidates[q].offer(distances[r], static_cast<std::uint32_t>(first + r));
    }
}

void ByteRows::row(std::uint32_t id, float* out) const {
    for (std::size_t j = 0; j < dim_; ++j)
        out[j] = low_ + static_cast<float>(values_[at(id, j)] + 128);
}

}  // namespace ann
