// The vectors of an index, as the kernels want them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/kernels.hpp"
#include "matrix.hpp"
#include "memory.hpp"

namespace ann {

/// A private copy of the data:
///  - every row starts on a cache line and is padded with zeros to a multiple of kLane;
///  - dimensions are reordered by falling variance, so that early abandoning pays (kernels.hpp);
///  - angular rows are scaled to length 1. A zero row has no direction; it gets a 1 in a dimension
///    of its own, which puts it at 1 - cos = 1 from everything, instead of near everything.
class Rows {
public:
    /// Copies `data` (n x dim). Throws std::invalid_argument for n = 0, dim = 0, n >= 2^31,
    /// NaN, infinity, or values too large to square.
    Rows(const MatrixView& data, Metric metric, unsigned threads);

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t dim() const { return order_.size(); }
    [[nodiscard]] std::size_t stride() const { return stride_; }
    [[nodiscard]] Metric metric() const { return metric_; }
    [[nodiscard]] const float* row(std::uint32_t id) const { return values_.data() + id * stride_; }
    [[nodiscard]] const float* data() const { return values_.data(); }
    [[nodiscard]] std::size_t bytes() const {
        return values_.bytes() + order_.capacity() * sizeof(std::uint32_t);
    }

    /// Brings a query of dim() floats into the form of a row; `out` holds stride() floats, 64-byte
    /// aligned, zero beyond dim(). This is work per query and belongs inside any timing.
    void prepare(const float* query, float* out) const;

    /// Squared distance of a prepared query to a row, in double: for final ranking and truth.
    [[nodiscard]] double squared_exact(const float* prepared, std::uint32_t id) const;

    /// From a squared distance to the metric's own unit.
    [[nodiscard]] double to_metric(double squared) const;

private:
    std::size_t count_;
    std::size_t stride_ = 0;
    Metric metric_;
    std::vector<std::uint32_t> order_;  // order_[j] = which input dimension stands at place j
    AlignedArray<float> values_;
};

}  // namespace ann
