// Squared Euclidean distances, written once and compiled for several instruction sets.
//
// Both metrics come down to this one: angular rows are normalised first, and then
// 1 - cos(a, b) = |a - b|^2 / 2. (a-b)^2 is used rather than a^2 - 2ab + b^2, which cancels badly.
//
// Early abandoning: partial sums of squares only grow, so a row whose sum already reaches `bound`
// can be left. Rows hold the dimensions with the largest variance first (rows.hpp), so most rows
// that do not matter are left after a fraction of their bytes, and memory is what a search waits for.
//
// All instruction sets give the same bits (body.hpp): so rows that are equally far but for rounding
// have the same order everywhere, and so have answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ann {

/// Rows are padded with zeros to a multiple of this many floats (one cache line).
inline constexpr std::size_t kLane = 16;

/// Rows of a float tile, and queries that pass over it together.
inline constexpr std::size_t kFloatTile = 64;
inline constexpr std::size_t kFloatQueries = 4;

struct Kernels {
    const char* isa;

    /// |a - b|^2 over `stride` floats (a multiple of kLane, both 64-byte aligned).
    /// Exact when below `bound`; otherwise any partial sum that is >= bound.
    float (*pair)(const float* a, const float* b, std::size_t stride, float bound);

    /// out[i] = pair(query, rows + ids[i] * stride, stride, bound) for i < n, rows prefetched.
    /// One call serves all neighbours of a node: the indirect call costs nothing per distance.
    void (*gather)(const float* query, const float* rows, std::size_t stride,
                   const std::uint32_t* ids, std::size_t n, float bound, float* out);

    /// out[q * kFloatTile + r] += |row r - query q|^2 over `dims` dimensions, for kFloatQueries
    /// queries that lie `stride` floats apart. A tile holds for each dimension those of its rows:
    /// a row is loaded once for all queries, and no sum is made across lanes. One after the other
    /// is added: for a bound on the error, dims additions.
    void (*tile)(const float* queries, std::size_t stride, const float* tile, std::size_t dims,
                 float* out);
};

/// The kernels in use: the best this processor has, or what ANNBENCH_ISA asks for. Chosen once.
/// Throws std::invalid_argument when ANNBENCH_ISA names something unknown or not available.
const Kernels& kernels();

/// All kernels this processor can run, the simplest ("scalar") first, the best last.
std::vector<const Kernels*> available_kernels();

}  // namespace ann
