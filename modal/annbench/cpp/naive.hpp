// Exact search: look at every row.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "pool.hpp"
#include "progress.hpp"
#include "rows.hpp"
#include "searcher.hpp"

namespace ann {

class Naive {
public:
    /// `train` n x dim. Errors as for Rows.
    Naive(const MatrixView& train, Metric metric, unsigned threads) : rows_(train, metric, threads) {}

    [[nodiscard]] const Rows& rows() const { return rows_; }
    [[nodiscard]] std::size_t bytes() const { return rows_.bytes(); }
    [[nodiscard]] std::unique_ptr<Searcher> searcher() const;

private:
    Rows rows_;
};

/// The k nearest rows of each query, exactly, ties by id.
/// ids: m x k int32; distances: m x k float32 in the metric's own unit (sqrt, or 1 - cos).
/// Candidates are found in float32 and ranked in double, so rounding cannot swap neighbours.
/// progress counts queries. Throws Stopped, and std::invalid_argument when k > n.
void exact_neighbours(const Rows& rows, const MatrixView& queries, std::size_t k, unsigned threads,
                      Progress& progress, std::int32_t* ids, float* distances);

}  // namespace ann
