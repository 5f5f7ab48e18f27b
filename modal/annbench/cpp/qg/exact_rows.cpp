#include "exact_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "../kernels/bytes.hpp"
#include "../parallel.hpp"
#include "../kernels/strands.hpp"

namespace ann {
namespace {

/// dim * 255^2 must fit into int32.
constexpr std::size_t kMostByteDim = 32768;

/// The smallest value of rows that are whole numbers within 255 of each other; nothing for others.
std::optional<float> whole_from(const MatrixView& data) {
    if (data.dim > kMostByteDim) return std::nullopt;
    float low = data.data[0], high = low;
    for (std::size_t i = 0; i < data.rows; ++i) {
        const float* row = data.row(i);
        bool whole = true;
        for (std::size_t j = 0; j < data.dim; ++j) {
            const float value = row[j];
            low = std::min(low, value);
            high = std::max(high, value);
            whole &= std::fabs(value) < 8.0e6f && static_cast<float>(static_cast<std::int32_t>(value)) == value;
        }
        if (!whole || high - low > 255.0f) return std::nullopt;
    }
    return low;
}

std::size_t to_words(std::size_t bytes) { return (bytes + kWord - 1) / kWord * kWord; }

}  // namespace

ExactRows::ExactRows(const MatrixView& train, Metric metric, unsigned threads) : dim_(train.dim) {
    rows_ = Rows(train, metric, threads);
    copies_ = Copies(rows_, threads);
    count_ = rows_.count();
    if (metric == Metric::euclidean)
        if (const auto low = whole_from(train)) take_bytes(train, *low, threads);
    if (is_bytes_) rows_ = Rows();

    // In double, over all rows in their order.
    const std::size_t inner = is_bytes_ ? dim_ : rows_.stride();
    std::vector<double> sums(inner, 0.0);
    for (std::size_t i = 0; i < count_; ++i)
        for (std::size_t j = 0; j < inner; ++j)
            sums[j] += is_bytes_ ? bytes_[i * stride_ + j] : rows_.row(static_cast<std::uint32_t>(i))[j];
    mean_.resize(inner);
    for (std::size_t j = 0; j < inner; ++j)
        mean_[j] = static_cast<float>(sums[j] / static_cast<double>(count_));
}

void ExactRows::take_bytes(const MatrixView& train, float low, unsigned threads) {
    is_bytes_ = true;
    low_ = low;
    stride_ = to_words(dim_);
    bytes_ = AlignedArray<std::uint8_t>(count_ * stride_);
    constants_ = AlignedArray<std::int32_t>(count_);
    parallel_blocks(count_, 256, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const float* from = train.row(first_id(static_cast<std::uint32_t>(i)));
            std::uint8_t* to = bytes_.data() + i * stride_;
            std::int32_t sum = 0, square = 0;
            for (std::size_t j = 0; j < dim_; ++j) {
                const auto value = static_cast<std::int32_t>(from[j] - low);
                to[j] = static_cast<std::uint8_t>(value);
                sum += value;
                square += value * value;
            }
            constants_[i] = square - 256 * sum;
        }
    });
}

ExactQueryRow ExactRows::scratch() const {
    ExactQueryRow one;
    one.bytes = AlignedArray<std::uint8_t>(to_words(inner_dim()));
    one.shifted = AlignedArray<std::int8_t>(to_words(inner_dim()));
    one.values = AlignedArray<float>(to_words(inner_dim()));
    one.centred = AlignedArray<float>(is_bytes_ ? 0 : to_words(inner_dim()));
    return one;
}

/// Without the mean, in 255 steps over twice the largest of its values.
ByteRow ExactRows::centred_bytes(const float* row, ExactQueryRow& out) const {
    const ByteKernels& kernel = byte_kernels();
    const std::size_t inner = inner_dim();
    float* centred = out.centred.data();
    const float square = kernel.centred(row, mean_.data(), inner, centred);
    const float most = kernel.most(centred, inner);
    const float unit = most > 0.0f ? most / 127.0f : 1.0f;
    kernel.rounded(centred, inner, 1.0f / unit, out.shifted.data());
    for (std::size_t j = 0; j < inner; ++j)
        out.bytes[j] = static_cast<std::uint8_t>(out.shifted[j] + 128);
    return {out.bytes.data(), 128.0f, unit, square};
}

ByteRow ExactRows::byte_row(std::uint32_t id, ExactQueryRow& scratch) const {
    if (!is_bytes_) return centred_bytes(rows_.row(id), scratch);
    const std::uint8_t* row = bytes_.data() + id * stride_;
    for (std::size_t j = 0; j < dim_; ++j) scratch.values[j] = row[j];
    return {row, 0.0f, 1.0f, squared_distance(scratch.values.data(), mean_.data(), dim_)};
}

void ExactRows::centred_row(std::uint32_t id, float* out) const {
    for (std::size_t j = 0; j < inner_dim(); ++j)
        out[j] = (is_bytes_ ? bytes_[id * stride_ + j] : rows_.row(id)[j]) - mean_[j];
}

/// Bytes for a query that is not as the rows are: 255 steps over what it and they span.
void ExactRows::spread(ExactQueryRow& query) const {
    float least = 0.0f, most = 255.0f;
    for (std::size_t j = 0; j < dim_; ++j) {
        least = std::min(least, query.values[j]);
        most = std::max(most, query.values[j]);
    }
    const float unit = (most - least) / 255.0f, per_unit = 1.0f / unit;
    for (std::size_t j = 0; j < dim_; ++j)
        query.bytes[j] = static_cast<std::uint8_t>(
            within((query.values[j] - least) * per_unit + 0.5f, 0.0f, 255.0f));
    query.row.zero = -least * per_unit;
    query.row.unit = unit;
}

bool ExactRows::prepare(const float* query, ExactQueryRow& out) const {
    float* values = out.values.data();
    if (!is_bytes_) {
        if (!rows_.prepare(query, values)) return false;
        out.row = centred_bytes(values, out);
        return true;
    }
    // Whole numbers in the range of the rows, most often: one look tells.
    out.whole = byte_kernels().whole(query, low_, mean_.data(), dim_, values, out.bytes.data(),
                                     out.shifted.data(), &out.square, &out.row.square);
    out.row.zero = 0.0f;
    out.row.unit = 1.0f;
    if (!out.whole) spread(out);
    out.row.bytes = out.bytes.data();
    return true;
}

double ExactRows::distance(const ExactQueryRow& query, std::uint32_t id, double bound) const {
    if (!is_bytes_)
        return kernels().pair(query.values.data(), rows_.row(id), rows_.stride(),
                              static_cast<float>(bound));
    const std::uint8_t* row = bytes_.data() + id * stride_;
    if (query.whole)
        return static_cast<double>(std::int64_t{constants_[id]} + query.square -
                                  2 * std::int64_t{byte_kernels().dot(row, query.shifted.data(), stride_)});
    float strands[kStrands] = {};
    for (std::size_t j = 0; j < dim_; ++j) {
        const float apart = query.values[j] - row[j];
        strands[j % kStrands] += apart * apart;
    }
    return add_up(strands);
}

double ExactRows::between(std::uint32_t a, std::uint32_t b) const {
    double sum = 0.0;
    for (std::size_t j = 0; j < inner_dim(); ++j) {
        const double apart =
            is_bytes_ ? static_cast<double>(bytes_[a * stride_ + j]) - bytes_[b * stride_ + j]
                      : static_cast<double>(rows_.row(a)[j]) - rows_.row(b)[j];
        sum += apart * apart;
    }
    return sum;
}

bool ExactRows::is_sound(std::size_t count) const {
    const bool values = is_bytes_ ? dim_ <= kMostByteDim && stride_ == to_words(dim_) &&
                                        bytes_.size() == count_ * stride_ && constants_.size() == count_ &&
                                        mean_.size() == dim_
                                  : rows_.is_sound(dim_) && rows_.count() == count_ &&
                                        mean_.size() == rows_.stride();
    return dim_ > 0 && values && (copies_.none() ? count == count_ : copies_.is_sound(count_, count));
}

std::size_t ExactRows::bytes() const {
    return bytes_.bytes() + constants_.bytes() + rows_.bytes() + copies_.bytes() +
           mean_.capacity() * sizeof(float);
}

}  // namespace ann
