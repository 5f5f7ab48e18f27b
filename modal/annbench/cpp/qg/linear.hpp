// The little linear algebra that a projection needs. Rows of float, one after the other.
//
// Sums are made in one order by plain loops, so results are the same bits on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ann {

/// `rows` x `columns`, row by row.
struct Dense {
    Dense(std::size_t rows, std::size_t columns)
        : rows(rows), columns(columns), values(rows * columns) {}

    [[nodiscard]] float* row(std::size_t i) { return values.data() + i * columns; }
    [[nodiscard]] const float* row(std::size_t i) const { return values.data() + i * columns; }

    std::size_t rows, columns;
    std::vector<float> values;
};

/// Makes the rows orthonormal, each by what those before it leave of it (modified Gram-Schmidt,
/// twice). A row of which nothing is left becomes a unit vector that is orthogonal to the others.
void orthonormalize(Dense& matrix);

/// a * b; b given by its rows, as a is.
Dense product(const Dense& a, const Dense& b, unsigned threads);

/// The `count` leading directions (rows) of a symmetric matrix, in falling order of what they hold:
/// orthogonal iteration from a random start. Where directions hold nearly as much as each other
/// they come mixed, which is no loss here.
Dense leading_directions(const Dense& symmetric, std::size_t count, unsigned threads);

/// A random rotation of `size` dimensions: orthonormal rows.
Dense random_rotation(std::size_t size, std::uint64_t seed);

}  // namespace ann
