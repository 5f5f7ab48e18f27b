#include "linear.hpp"

#include <algorithm>
#include <cmath>

#include "../parallel.hpp"
#include "../random.hpp"
#include "../kernels/strands.hpp"

namespace ann {
namespace {

void add_times(float* to, const float* from, float factor, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

/// Takes what the first `count` rows hold out of `row`, and what that leaves in length.
float reduce(const Dense& matrix, std::size_t count, float* row) {
    for (int twice = 0; twice < 2; ++twice)
        for (std::size_t j = 0; j < count; ++j)
            add_times(row, matrix.row(j), -dot_of(row, matrix.row(j), matrix.columns), matrix.columns);
    return std::sqrt(dot_of(row, row, matrix.columns));
}

}  // namespace

void orthonormalize(Dense& matrix) {
    for (std::size_t i = 0; i < matrix.rows; ++i) {
        float* row = matrix.row(i);
        const float before = std::sqrt(dot_of(row, row, matrix.columns));
        if (before > 0.0f)
            for (std::size_t c = 0; c < matrix.columns; ++c) row[c] /= before;
        float left = reduce(matrix, i, row);
        for (std::size_t axis = i; !(left > 1e-3f); axis = (axis + 1) % matrix.columns) {
            std::fill_n(row, matrix.columns, 0.0f);
            row[axis] = 1.0f;
            left = reduce(matrix, i, row);
        }
        for (std::size_t c = 0; c < matrix.columns; ++c) row[c] /= left;
    }
}

Dense product(const Dense& a, const Dense& b, unsigned threads) {
    Dense out(a.rows, b.columns);
    parallel_blocks(a.rows, 16, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        // Sixteen rows of `a` together, so that a row of `b` is read once for all of them.
        for (std::size_t j = 0; j < a.columns; ++j)
            for (std::size_t i = begin; i < end; ++i)
                add_times(out.row(i), b.row(j), a.row(i)[j], b.columns);
    });
    return out;
}

Dense leading_directions(const Dense& symmetric, std::size_t count, unsigned threads) {
    constexpr int kRounds = 4;
    Dense directions(count, symmetric.columns);
    for (std::size_t i = 0; i < directions.values.size(); ++i)
        directions.values[i] = random_sign_sum(1, i);
    orthonormalize(directions);
    for (int round = 0; round < kRounds; ++round) {
        directions = product(directions, symmetric, threads);
        orthonormalize(directions);
    }
    return directions;
}

Dense random_rotation(std::size_t size, std::uint64_t seed) {
    Dense rotation(size, size);
    for (std::size_t i = 0; i < rotation.values.size(); ++i)
        rotation.values[i] = random_sign_sum(seed, i);
    orthonormalize(rotation);
    return rotation;
}

}  // namespace ann
