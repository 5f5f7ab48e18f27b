#include "rows.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

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

/// The mean of rows scaled to length 1, judged on up to 4096 spread over the data. Any point near
/// all rows would do as well.
std::vector<double> mean_direction(const MatrixView& data,
                                   const std::vector<std::uint32_t>& order) {
    const std::size_t samples = std::min<std::size_t>(data.rows, 4096);
    std::vector<double> mean(data.dim, 0.0);
    for (std::size_t s = 0; s < samples; ++s) {
        const float* row = data.row(s * data.rows / samples);
        const double scale = inverse_length(row, data.dim) / static_cast<double>(samples);
        for (std::size_t j = 0; j < data.dim; ++j) mean[j] += row[order[j]] * scale;
    }
    return mean;
}

/// A power of two that brings values far below 1 up to about 1; 2^60 at most, so that no query
/// overflows by it.
double scale_of(const MatrixView& data) {
    float most = 0.0f;
    for (std::size_t i = 0; i < data.rows * data.dim; ++i)
        most = std::max(most, std::fabs(data.data[i]));
    if (most == 0.0f || most >= 0x1.0p-20f) return 1.0;
    return std::ldexp(1.0, std::min(60, -std::ilogb(most)));
}

double length(const float* values, std::size_t count) {
    double sum = 0.0;
    for (std::size_t j = 0; j < count; ++j) sum += static_cast<double>(values[j]) * values[j];
    return std::sqrt(sum);
}

std::size_t padded(std::size_t dim) { return (dim + kLane - 1) / kLane * kLane; }

}  // namespace

Rows::Rows(const MatrixView& data, Metric metric, unsigned threads) : metric_(metric) {
    find_form(data, threads);
    take(data, 0, data.rows, threads);
}

Rows Rows::form_of(const MatrixView& data, Metric metric, unsigned threads) {
    Rows form;
    form.metric_ = metric;
    form.find_form(data, threads);
    return form;
}

void Rows::find_form(const MatrixView& data, unsigned threads) {
    if (data.rows == 0) throw std::invalid_argument("train: there are no rows");
    if (data.dim == 0) throw std::invalid_argument("train: the dimension is 0");
    if (data.rows >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        throw std::invalid_argument("train: more than 2^31 - 2 rows");
    require_finite(data, "train");

    order_ = order_by_variance(data);
    if (metric_ == Metric::euclidean) {
        scale_ = scale_of(data);
        stride_ = padded(data.dim);
        return;
    }
    centre_ = mean_direction(data, order_);
    std::atomic<bool> any_zero{false};
    parallel_blocks(data.rows, 256, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            if (inverse_length(data.row(i), data.dim) == 0.0) any_zero = true;
    });
    stride_ = padded(data.dim + (any_zero ? 1 : 0));
}

void Rows::take(const MatrixView& data, std::size_t begin, std::size_t end, unsigned threads) {
    count_ = end - begin;
    if (values_.size() != count_ * stride_) values_ = AlignedArray<float>(count_ * stride_);
    std::vector<double> longest(std::max(1u, threads), 0.0);
    parallel_blocks(count_, 256, threads, [&](unsigned thread, std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            float* out = values_.data() + i * stride_;
            write_row(data.row(begin + i), out);
            if (metric_ == Metric::angular)
                longest[thread] = std::max(longest[thread], length(out, stride_));
        }
    });
    most_length_ = std::max(most_length_, *std::max_element(longest.begin(), longest.end()));
}

void Rows::write_row(const float* given, float* out) const {
    if (metric_ == Metric::euclidean) return write(given, scale_, out);
    const double scale = inverse_length(given, dim());
    write(given, scale, out);
    if (stride_ > dim()) out[dim()] = scale == 0.0 ? 1.0f : 0.0f;
}

void Rows::write(const float* values, double scale, float* out) const {
    const std::size_t dim = order_.size();
    // + 0.0f: rows that differ in the sign of a zero alone are equal.
    if (metric_ == Metric::euclidean) {
        const auto factor = static_cast<float>(scale);
        for (std::size_t j = 0; j < dim; ++j) out[j] = values[order_[j]] * factor + 0.0f;
    } else {
        for (std::size_t j = 0; j < dim; ++j)
            out[j] = static_cast<float>(values[order_[j]] * scale - centre_[j]) + 0.0f;
    }
}

bool Rows::prepare(const float* query, float* out) const {
    const double scale =
        metric_ == Metric::euclidean ? scale_ : inverse_length(query, order_.size());
    write(query, scale, out);
    return scale != 0.0;
}

float Rows::reach(float kth, double query_length) const {
    // One sum after the other at worst (kernels/body.hpp), and a difference and its square.
    const double off = static_cast<double>(stride_ + 8) * 0x1.0p-23;
    const double underflow = static_cast<double>(stride_) * 0x1.0p-148;
    double most = kth * (1.0 + off) + underflow;
    if (metric_ == Metric::angular) {
        const double moved = (most_length_ + query_length) * 0x1.01p-24 + 0x1.0p-48;
        const double chord = std::sqrt(most) + 2.0 * moved;
        most = chord * chord;
    }
    most = most * (1.0 + off) + underflow;
    if (!(most < std::numeric_limits<float>::max())) return std::numeric_limits<float>::infinity();
    return std::nextafter(static_cast<float>(most), std::numeric_limits<float>::infinity());
}

void Rows::keep(const std::vector<std::uint32_t>& ids) {
    AlignedArray<float> kept(ids.size() * stride_);
    for (std::size_t i = 0; i < ids.size(); ++i)
        std::copy_n(row(ids[i]), stride_, kept.data() + i * stride_);
    values_ = std::move(kept);
    count_ = ids.size();
}

bool Rows::is_sound(std::size_t dim) const {
    const bool angular = metric_ == Metric::angular;
    return (angular || metric_ == Metric::euclidean) && order_.size() == dim && stride_ >= dim &&
           stride_ == padded(stride_) && values_.size() == count_ * stride_ &&
           centre_.size() == (angular ? dim : 0) &&
           std::all_of(order_.begin(), order_.end(), [dim](std::uint32_t at) { return at < dim; });
}

double Rows::to_metric(double squared) const {
    return metric_ == Metric::euclidean ? std::sqrt(squared) / scale_ : squared / 2.0;
}

}  // namespace ann
