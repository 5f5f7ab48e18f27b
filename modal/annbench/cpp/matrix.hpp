// What a caller hands in: a dense row-major matrix that somebody else owns, and how to compare rows.
#pragma once

#include <cstddef>
#include <string>

namespace ann {

/// euclidean: sqrt(sum (a-b)^2).  angular: 1 - cos(a, b).
enum class Metric { euclidean, angular };

/// "euclidean" or "angular"; throws std::invalid_argument for anything else.
Metric metric_from_name(const std::string& name);

/// `rows` x `dim` float32, C order, not owned.
struct MatrixView {
    const float* data = nullptr;
    std::size_t rows = 0;
    std::size_t dim = 0;

    [[nodiscard]] const float* row(std::size_t i) const { return data + i * dim; }
};

/// Throws std::invalid_argument naming `what` and the first offending row when a value is NaN,
/// infinite, or so large that a squared distance would overflow float32.
void require_finite(const MatrixView& matrix, const char* what);

}  // namespace ann
