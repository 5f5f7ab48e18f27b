// The distance loops, generic over a vector type `V` of the including file, which takes 16 floats:
//   V::Sum, V::zero(), V::add(x, y)       16 sums in whatever registers there are
//   V::add_squares(sum, a, b)             adds (a - b)^2, rounded, to each
//   V::total(sum)                         the upper half added to the lower one, four times
// and for a tile V::Register of V::width floats, load, store, all(x) with x in each lane, add_square(sum, a, b)
// as above, and V::tile_registers of rows whose sums for all queries stay in registers.
// Each instruction set adds the same numbers in the same order, and none multiplies and adds in one
// step: so all give the same bits, and rows at nearly one distance have one order everywhere.
// Included inside an anonymous namespace by each instruction set's own file. Nothing from the
// standard library may be used here: an inline function of a header that was compiled with wider
// instructions could be the copy the linker keeps for everyone.

/// Floats between two looks at the bound: 8 cache lines. Shorter looks too often, longer too late.
constexpr std::size_t kChunk = 128;

/// Lines of a row that are asked for ahead of time. The rest of a long row comes by the hardware's
/// own stream prefetcher, or is never needed.
constexpr std::size_t kPrefetchLines = 8;
constexpr std::size_t kPrefetchRows = 3;

inline void prefetch_row(const float* row, std::size_t stride) {
    const std::size_t lines = stride / 16 < kPrefetchLines ? stride / 16 : kPrefetchLines;
    asm volatile("");  // else gcc leaves out calls of this (memory.hpp)
    for (std::size_t i = 0; i < lines; ++i) __builtin_prefetch(row + i * 16, 0, 3);
}

/// Four independent sums hide the latency of the adder.
template <class V>
struct Sums {
    typename V::Sum s0 = V::zero(), s1 = V::zero(), s2 = V::zero(), s3 = V::zero();

    inline void add64(const float* a, const float* b) {
        s0 = V::add_squares(s0, a, b);
        s1 = V::add_squares(s1, a + 16, b + 16);
        s2 = V::add_squares(s2, a + 32, b + 32);
        s3 = V::add_squares(s3, a + 48, b + 48);
    }
    inline void add16(const float* a, const float* b) { s0 = V::add_squares(s0, a, b); }
    inline float total() const { return V::total(V::add(V::add(s0, s1), V::add(s2, s3))); }
};

template <class V>
inline float pair_impl(const float* a, const float* b, std::size_t stride, float bound) {
    Sums<V> sums;
    std::size_t i = 0;
    for (; i + kChunk <= stride; i += kChunk) {
        sums.add64(a + i, b + i);
        sums.add64(a + i + 64, b + i + 64);
        const float partial = sums.total();
        if (partial >= bound) return partial;
    }
    if (i + 64 <= stride) {
        sums.add64(a + i, b + i);
        i += 64;
    }
    for (; i < stride; i += 16) sums.add16(a + i, b + i);
    return sums.total();
}

template <class V>
inline void gather_impl(const float* query, const float* rows, std::size_t stride,
                        const std::uint32_t* ids, std::size_t n, float bound, float* out) {
    const std::size_t head = n < kPrefetchRows ? n : kPrefetchRows;
    for (std::size_t i = 0; i < head; ++i) prefetch_row(rows + ids[i] * stride, stride);
    for (std::size_t i = 0; i < n; ++i) {
        if (i + kPrefetchRows < n) prefetch_row(rows + ids[i + kPrefetchRows] * stride, stride);
        out[i] = pair_impl<V>(query, rows + ids[i] * stride, stride, bound);
    }
}

template <class V>
inline void tile_impl(const float* queries, std::size_t stride, const float* tile, std::size_t dims,
                      float* out) {
    constexpr std::size_t w = V::width, n = V::tile_registers;
    for (std::size_t r = 0; r < kFloatTile; r += n * w) {
        typename V::Register sums[kFloatQueries][n];
        for (std::size_t q = 0; q < kFloatQueries; ++q)
            for (std::size_t i = 0; i < n; ++i) sums[q][i] = V::load(out + q * kFloatTile + r + i * w);
        for (std::size_t j = 0; j < dims; ++j) {
            typename V::Register rows[n];
            for (std::size_t i = 0; i < n; ++i) rows[i] = V::load(tile + j * kFloatTile + r + i * w);
            for (std::size_t q = 0; q < kFloatQueries; ++q) {
                const typename V::Register query = V::all(queries[q * stride + j]);
                for (std::size_t i = 0; i < n; ++i)
                    sums[q][i] = V::add_square(sums[q][i], rows[i], query);
            }
        }
        for (std::size_t q = 0; q < kFloatQueries; ++q)
            for (std::size_t i = 0; i < n; ++i) V::store(out + q * kFloatTile + r + i * w, sums[q][i]);
    }
}
