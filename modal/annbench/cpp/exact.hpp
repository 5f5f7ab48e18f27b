// Distances in double, for final ranking and truth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "matrix.hpp"
#include "rows.hpp"

namespace ann {

/// Of one query to any row. The same bits on every machine: no instruction set is chosen here, and
/// sums are made in one order.
///  - euclidean: from Rows, which hold the values as given but for a power of two;
///  - angular: |a/|a| - b/|b||^2 from the rows as given, for Rows hold directions rounded to
///    float32. It keeps the digits that 1 - cos would cancel. 2 where the row is zero.
class ExactQuery {
public:
    /// Both must outlive it. `given`: the rows of `rows`, used under angular only.
    ExactQuery(const Rows& rows, const MatrixView& given) : rows_(rows), given_(given) {}

    /// `query` as given, not zero under angular; `prepared` from Rows::prepare. Both are kept.
    void set(const float* query, const float* prepared);

    /// Squared; Rows::to_metric makes the metric's own unit of it.
    [[nodiscard]] double squared(std::uint32_t id) const;
    /// To one row: euclidean as Rows have it, angular as it was given.
    [[nodiscard]] double squared_to(const float* row) const;

private:
    const Rows& rows_;
    MatrixView given_;
    const float* prepared_ = nullptr;
    std::vector<double> direction_;
};

}  // namespace ann
