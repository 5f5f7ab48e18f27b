#include "exact.hpp"

#include <cmath>

namespace ann {
namespace {

/// Sums term(0) … term(count - 1) in four strands, which a processor adds side by side.
template <class Term>
double sum_of(std::size_t count, Term&& term) {
    double a = 0.0, b = 0.0, c = 0.0, d = 0.0;
    std::size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        a += term(i);
        b += term(i + 1);
        c += term(i + 2);
        d += term(i + 3);
    }
    for (; i < count; ++i) a += term(i);
    return (a + b) + (c + d);
}

double length(const float* values, std::size_t count) {
    return std::sqrt(sum_of(count, [values](std::size_t i) {
        const double value = values[i];
        return value * value;
    }));
}

}  // namespace

void ExactQuery::set(const float* query, const float* prepared) {
    prepared_ = prepared;
    if (rows_.metric() == Metric::euclidean) return;
    const double whole = length(query, given_.dim);
    direction_.resize(given_.dim);
    for (std::size_t i = 0; i < given_.dim; ++i) direction_[i] = query[i] / whole;
}

double ExactQuery::squared(std::uint32_t id) const {
    return squared_to(rows_.metric() == Metric::euclidean ? rows_.row(id) : given_.row(id));
}

double ExactQuery::squared_to(const float* row) const {
    if (rows_.metric() == Metric::euclidean) {
        return sum_of(rows_.stride(), [this, row](std::size_t i) {
            const double apart = static_cast<double>(prepared_[i]) - row[i];
            return apart * apart;
        });
    }
    const double whole = length(row, given_.dim);
    if (whole == 0.0) return 2.0;
    return sum_of(given_.dim, [this, row, whole](std::size_t i) {
        const double apart = direction_[i] - row[i] / whole;
        return apart * apart;
    });
}

}  // namespace ann
