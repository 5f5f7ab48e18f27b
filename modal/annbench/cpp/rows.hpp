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
///  - euclidean values are multiplied by a power of two where they are so small that their squares
///    would leave float32: no digit changes;
///  - angular rows are scaled to length 1, in double, and the mean of all is taken from each before
///    they are rounded to float32. Distances stay what they are, but rows of nearly one direction
///    keep their differences: these are what is rounded, not the direction that all share.
///    A zero row has no direction; it gets a 1 in a dimension of its own, which puts it at
///    1 - cos = 1 from everything, instead of near everything.
class Rows {
public:
    Rows() = default;

    /// Copies `data` (n x dim). Throws std::invalid_argument for n = 0, dim = 0, n >= 2^31,
    /// NaN, infinity, or values too large to square.
    Rows(const MatrixView& data, Metric metric, unsigned threads);

    /// The same form without any rows: count() is 0 until take(). Throws as the constructor does.
    static Rows form_of(const MatrixView& data, Metric metric, unsigned threads);

    /// Holds rows [begin, end) of `data`, whose form this is, instead of those it held: row `begin`
    /// is row 0 then.
    void take(const MatrixView& data, std::size_t begin, std::size_t end, unsigned threads);

    /// One row of the data whose form this is, as take() writes it; `out` as for prepare().
    void write_row(const float* given, float* out) const;

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t dim() const { return order_.size(); }
    [[nodiscard]] std::size_t stride() const { return stride_; }
    [[nodiscard]] Metric metric() const { return metric_; }
    [[nodiscard]] const float* row(std::uint32_t id) const { return values_.data() + id * stride_; }
    [[nodiscard]] const float* data() const { return values_.data(); }
    [[nodiscard]] std::size_t bytes() const {
        return values_.bytes() + order_.capacity() * sizeof(std::uint32_t) +
               centre_.capacity() * sizeof(double);
    }

    /// Brings a query of dim() floats into the form of a row; `out` holds stride() floats, 64-byte
    /// aligned, zero beyond dim(). This is work per query and belongs inside any timing.
    /// False for zeros under angular, which have no direction: they are at 1 from every row.
    [[nodiscard]] bool prepare(const float* query, float* out) const;

    /// The largest float32 distance that a row may have which truly is among the k nearest, given
    /// the k-th smallest float32 distance. By how far the kernels' sums may be off (n additions of
    /// what is not negative, in any order: n * 2^-24 of the sum; N. Higham, Accuracy and Stability of
    /// Numerical Algorithms, 2002, section 4.2) and by how far rounding moved row and query: 2^-24 of their
    /// lengths. `query_length`: of the prepared query. Under angular it knows the rows held so far.
    [[nodiscard]] float reach(float kth, double query_length) const;

    /// Keeps the rows of these ids alone, in their order (ascending); they are 0, 1, … then.
    void keep(const std::vector<std::uint32_t>& ids);

    /// Whether its parts fit together, with `dim` dimensions: for what was read.
    [[nodiscard]] bool is_sound(std::size_t dim) const;

    /// All that it consists of, for a file (archive.hpp).
    template <class Archive>
    void archive(Archive& each) {
        each(count_, stride_, metric_, order_, centre_, scale_, most_length_, values_);
    }

    /// From a squared distance of these rows to the metric's own unit.
    [[nodiscard]] double to_metric(double squared) const;

private:
    void write(const float* values, double scale, float* out) const;
    void find_form(const MatrixView& data, unsigned threads);

    std::size_t count_ = 0;
    std::size_t stride_ = 0;
    Metric metric_ = Metric::euclidean;
    std::vector<std::uint32_t> order_;  // order_[j] = which input dimension stands at place j
    std::vector<double> centre_;        // angular: in the order of the places
    double scale_ = 1.0;                // euclidean
    double most_length_ = 0.0;          // angular: of any row, centred
    AlignedArray<float> values_;
};

}  // namespace ann
