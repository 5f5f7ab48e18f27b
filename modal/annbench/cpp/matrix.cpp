#include "matrix.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace ann {

Metric metric_from_name(const std::string& name) {
    if (name == "euclidean") return Metric::euclidean;
    if (name == "angular") return Metric::angular;
    throw std::invalid_argument("metric must be 'euclidean' or 'angular', not '" + name + "'");
}

void require_finite(const MatrixView& matrix, const char* what) {
    if (matrix.dim == 0) return;
    // (2x)^2 summed over dim must stay below the largest float.
    const float limit =
        std::sqrt(std::numeric_limits<float>::max() / static_cast<float>(matrix.dim)) / 4.0f;
    for (std::size_t i = 0; i < matrix.rows; ++i) {
        const float* row = matrix.row(i);
        bool fine = true;
        // NaN fails every comparison, so one test covers NaN, infinity and overflow.
        for (std::size_t j = 0; j < matrix.dim; ++j) fine &= std::fabs(row[j]) <= limit;
        if (!fine)
            throw std::invalid_argument(std::string(what) + ": row " + std::to_string(i) +
                                        " holds NaN, infinity or a value too large to square");
    }
}

}  // namespace ann
