// Exact search: look at every row.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "progress.hpp"
#include "rows.hpp"
#include "searcher.hpp"

namespace ann {

class Naive {
public:
    /// `train` n x dim. Under angular it must stay as it is for as long as this lives: the final
    /// ranking looks at the rows as given. Errors as for Rows.
    Naive(const MatrixView& train, Metric metric, unsigned threads)
        : rows_(train, metric, threads), given_(metric == Metric::angular ? train : MatrixView{}) {}

    [[nodiscard]] const Rows& rows() const { return rows_; }
    /// With the rows as given, where it looks at them.
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::unique_ptr<Searcher> searcher() const;

private:
    Rows rows_;
    MatrixView given_;
};

/// The k nearest rows of each query, exactly, ties by id: the same on every instruction set.
/// ids: m x k int32; distances: m x k float32 in the metric's own unit (sqrt, or 1 - cos).
/// float32 finds all rows that may be among them (Rows::reach), double ranks these.
/// progress counts queries. Throws Stopped, std::invalid_argument when k > n, and as Rows does.
void exact_neighbours(const MatrixView& train, Metric metric, const MatrixView& queries,
                      std::size_t k, unsigned threads, Progress& progress, std::int32_t* ids,
                      float* distances);

}  // namespace ann
