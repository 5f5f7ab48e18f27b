#include "rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "parallel.hpp"

namespace ann {
namespace {

/// Dimensions by falling variance, judged on up to 4096 rows spread over the data.
std::vector<std::uint32_t> order_by_variance(const MatrixView& data) {
    const std::size_t samples = std::min<std::size_t>(data.rows, 4096);
    std::vector<double> mean(data.dim, 0.0), square(data.dim, 0.0);
    for (std::size_t s = 0; s < samples; ++s) {
        const float* row = data.row(s * data.rows / samples);
        for (std::size_t j = 0; j < data.dim; ++j) {
            mean[j] += row[j];
            square[j] += static_cast<double>(row[j]) * row[j];
        }
    }
    std::vector<double> variance(data.dim);
    for (std::size_t j = 0; j < data.dim; ++j) {
        const double m = mean[j] / static_cast<double>(samples);
        variance[j] = square[j] / static_cast<double>(samples) - m * m;
    }
    std::vector<std::uint32_t> order(data.dim);
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return variance[a] > variance[b]; });
    return order;
}

/// 1 / length, or 0 for a zero row. In double: a row of tiny floats must not underflow to zero.
double inverse_length(const float* row, std::size_t dim) {
    double sum = 0.0;
    for (std::size_t j = 0; j < dim; ++j) sum += static_cast<double>(row[j]) * row[j];
    return sum > 0.0 ? 1.0 / std::sqrt(sum) : 0.0;
}

std::size_t padded(std::size_t dim) { return (dim + kLane - 1) / kLane * kLane; }

}  // namespace

Rows::Rows(const MatrixView& data, Metric metric, unsigned threads)
    : count_(data.rows), metric_(metric) {
    if (data.rows == 0) throw std::invalid_argument("train: there are no rows");
    if (data.dim == 0) throw std::invalid_argument("train: the dimension is 0");
    if (data.rows >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        throw std::invalid_argument("train: more than 2^31 - 2 rows");
    require_finite(data, "train");

    order_ = order_by_variance(data);

    std::vector<std::uint8_t> is_zero;
    bool any_zero = false;
    if (metric == Metric::angular) {
        is_zero.resize(count_);
        for (std::size_t i = 0; i < count_; ++i) {
            is_zero[i] = inverse_length(data.row(i), data.dim) == 0.0;
            any_zero |= is_zero[i] != 0;
        }
    }
    stride_ = padded(data.dim + (any_zero ? 1 : 0));
    values_ = AlignedArray<float>(count_ * stride_);

    parallel_blocks(count_, 256, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            float* out = values_.data() + i * stride_;
            prepare(data.row(i), out);
            if (any_zero && is_zero[i]) out[data.dim] = 1.0f;
        }
    });
}

void Rows::prepare(const float* query, float* out) const {
    const std::size_t dim = order_.size();
    if (metric_ == Metric::euclidean) {
        for (std::size_t j = 0; j < dim; ++j) out[j] = query[order_[j]];
        return;
    }
    const double scale = inverse_length(query, dim);
    for (std::size_t j = 0; j < dim; ++j) out[j] = static_cast<float>(query[order_[j]] * scale);
}

double Rows::squared_exact(const float* prepared, std::uint32_t id) const {
    const float* other = row(id);
    double sum = 0.0;
    for (std::size_t j = 0; j < stride_; ++j) {
        const double d = static_cast<double>(prepared[j]) - other[j];
        sum += d * d;
    }
    return sum;
}

double Rows::to_metric(double squared) const {
    return metric_ == Metric::euclidean ? std::sqrt(squared) : squared / 2.0;
}

}  // namespace ann
