// Integer kernels: dot products of small codes, on which the quantized graph (qg/) walks.
//
// Products are summed in int32, exactly, and floats lane by lane in one order (strands.hpp): so every
// instruction set gives the same bits, and builds the same index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ann {

/// Rows of a tile, which lie dimension by dimension, and queries that pass over it together.
inline constexpr std::size_t kTileRows = 64;
inline constexpr std::size_t kTileQueries = 4;

/// Bytes of a word: what the kernels take at once, one cache line.
inline constexpr std::size_t kWord = 64;

/// How the code of a row is laid out: `wide` words of one value (0…127) a byte, then `narrow` words
/// of two values (0…15) a byte. The last four bytes of the last word hold a float, the code's
/// constant; the query has zeros there.
struct CodeShape {
    std::uint32_t wide = 0;
    std::uint32_t narrow = 0;

    [[nodiscard]] std::size_t bytes() const { return (wide + narrow) * kWord; }
    /// Bytes of a query that such codes are compared with: one for each value. After the wide words
    /// come, for each narrow word, the 64 values of the low halves and the 64 of the high ones.
    [[nodiscard]] std::size_t query_bytes() const { return (wide + 2 * narrow) * kWord; }
};

struct ByteKernels {
    const char* isa;

    /// Sum of a[i] * b[i] over `bytes` (a multiple of kWord; both aligned to it; at most 2^16).
    std::int32_t (*dot)(const std::uint8_t* a, const std::int8_t* b, std::size_t bytes);

    /// out[i] = (constant of code ids[i] + offset) + scale * (sum over its values, each times the
    /// query's). The codes are prefetched by the caller.
    void (*estimate)(const std::uint8_t* codes, CodeShape shape, const std::uint32_t* ids,
                     std::size_t n, const std::int8_t* query, float scale, float offset, float* out);

    /// The same of codes 0 … n-1, which lie one behind the other.
    void (*estimate_all)(const std::uint8_t* codes, CodeShape shape, std::size_t n,
                         const std::int8_t* query, float scale, float offset, float* out);

    /// out[o] = sum over i < inputs of x[i] * matrix(i, o), outputs a multiple of 16. `matrix` holds
    /// for each four inputs the outputs one after the other, four bytes each. Groups of four inputs
    /// that are all zero are skipped. x is padded with zeros to a multiple of four.
    void (*project)(const std::uint8_t* x, const std::int8_t* matrix, std::size_t inputs,
                    std::size_t outputs, std::int32_t* out);

    /// A query for rows of bytes: values = query - low; `bytes`: these as whole numbers, cut to 0…255;
    /// `shifted`: less 128. `square`: the sum of their squares; `apart`: |values - mean|^2. Whether all
    /// values are such numbers.
    bool (*whole)(const float* query, float low, const float* mean, std::size_t dim, float* values,
                  std::uint8_t* bytes, std::int8_t* shifted, std::int32_t* square, float* apart);

    /// out = row - mean; |row - mean|^2.
    float (*centred)(const float* row, const float* mean, std::size_t dim, float* out);

    /// out = (sums - zero * row_sums) * (scales * unit) - means.
    void (*scaled)(const std::int32_t* sums, const float* row_sums, const float* scales,
                   const float* means, std::size_t n, float zero, float unit, float* out);

    /// The largest of |values|.
    float (*most)(const float* values, std::size_t n);

    /// out = values * factor, rounded to the nearest and cut to -128…127; the sum of out.
    std::int32_t (*rounded)(const float* values, std::size_t n, float factor, std::int8_t* out);

    /// out[q * kTileRows + r] = sum of row r times query q, for count <= kTileQueries queries that
    /// lie one behind the other, 4 * groups bytes each. A tile holds for each group of four
    /// dimensions those of its kTileRows rows: lanes are rows, so that no sum is made across them.
    void (*tile)(const std::int8_t* rows, std::size_t groups, const std::uint8_t* queries,
                 std::size_t count, std::int32_t* out);

    /// Makes kSpin * rounds products of bytes out of a few cache lines: all that a core can do.
    std::int32_t (*spin)(std::size_t rounds);
    static constexpr std::size_t kSpin = 16 * kWord;
};

/// The kernels in use: those of the instruction set that kernels() chose, or, where this processor
/// lacks the byte instructions that go with it, the next simpler ones.
const ByteKernels& byte_kernels();

/// All that this processor can run, the simplest first.
std::vector<const ByteKernels*> available_byte_kernels();

}  // namespace ann
