// The loops over bytes, generic over a vector type `V` of the including file, which takes words of 64 bytes:
//   V::Sum, V::zero(), V::total(sum)              16 int32 in whatever registers there are
//   V::dot(sum, a, b)      adds u8 a[64] * s8 b[64], exactly
//   V::wide(sum, a, b)     the same where every a is below 128, or b is 0 (a constant lies there)
//   V::narrow(sum, a, b)   the low halves of a[64] * b[64] and the high ones * b[64…127]
//   V::group(sum, m, x)    adds the four bytes x to 16 outputs: s8 m[16 * 4] * u8 x[4]
//   V::totals(sums, out)   the totals of four sums
//   V::store(out, sum)
//   V::project_sums        sums of a projection that stay in registers
//   V::tile_words          words of a tile whose sums for kTileQueries queries fit into the registers
// Included inside an anonymous namespace by each instruction set's own file; body.hpp says why
// nothing of the standard library may be used here.

template <class V>
inline std::int32_t dot_impl(const std::uint8_t* a, const std::int8_t* b, std::size_t bytes) {
    typename V::Sum even = V::zero(), odd = V::zero();
    std::size_t i = 0;
    for (; i + 128 <= bytes; i += 128) {
        even = V::dot(even, a + i, b + i);
        odd = V::dot(odd, a + i + 64, b + i + 64);
    }
    if (i < bytes) even = V::dot(even, a + i, b + i);
    return V::total(V::add(even, odd));
}

template <class V>
inline typename V::Sum code_sum(const std::uint8_t* code, CodeShape shape, const std::int8_t* query) {
    typename V::Sum sum = V::zero();
    for (std::uint32_t i = 0; i < shape.wide; ++i, code += 64, query += 64)
        sum = V::wide(sum, code, query);
    for (std::uint32_t i = 0; i < shape.narrow; ++i, code += 64, query += 128)
        sum = V::narrow(sum, code, query);
    return sum;
}

template <class V, class At>
inline void estimate_each(const std::uint8_t* codes, CodeShape shape, At at, std::size_t n,
                          const std::int8_t* query, float scale, float offset, float* out) {
    const std::size_t bytes = (shape.wide + shape.narrow) * 64;
    // The usual shapes by name: their loops are unrolled, and the query stays in registers.
    const auto each = [&](CodeShape known) {
        // By four: most of the work on a short code is adding up the lanes of its sum.
        typename V::Sum sums[4];
        std::int32_t totals[4];
        for (std::size_t i = 0; i < n; i += 4) {
            const std::size_t here = n - i < 4 ? n - i : 4;
            for (std::size_t j = 0; j < 4; ++j)
                sums[j] = code_sum<V>(codes + at(j < here ? i + j : i) * bytes, known, query);
            V::totals(sums, totals);
            for (std::size_t j = 0; j < here; ++j) {
                float constant;
                __builtin_memcpy(&constant, codes + (at(i + j) + 1) * bytes - sizeof constant, sizeof constant);
                out[i + j] = (constant + offset) + scale * static_cast<float>(totals[j]);
            }
        }
    };
    if (shape.wide == 0 && shape.narrow == 1) return each({0, 1});
    if (shape.wide == 0 && shape.narrow == 2) return each({0, 2});
    if (shape.wide == 1 && shape.narrow == 1) return each({1, 1});
    if (shape.wide == 1 && shape.narrow == 2) return each({1, 2});
    each(shape);
}

template <class V>
inline void project_impl(const std::uint8_t* x, const std::int8_t* matrix, std::size_t inputs,
                         std::size_t outputs, std::int32_t* out) {
    constexpr std::size_t kTogether = V::project_sums;
    const std::size_t groups = (inputs + 3) / 4;
    for (std::size_t o = 0; o < outputs; o += 16 * kTogether) {
        const std::size_t here = outputs - o < 16 * kTogether ? (outputs - o) / 16 : kTogether;
        typename V::Sum sums[kTogether];
        for (std::size_t j = 0; j < kTogether; ++j) sums[j] = V::zero();
        const auto all = [&](std::size_t count) {
            for (std::size_t g = 0; g < groups; ++g) {
                std::uint32_t four;
                __builtin_memcpy(&four, x + g * 4, sizeof four);
                if (four == 0) continue;
                const std::int8_t* m = matrix + (g * outputs + o) * 4;
                for (std::size_t j = 0; j < count; ++j) sums[j] = V::group(sums[j], m + j * 64, four);
            }
        };
        if (here == kTogether) all(kTogether);
        else all(here);
        for (std::size_t j = 0; j < here; ++j) V::store(out + o + j * 16, sums[j]);
    }
}

/// Words w … w + tile_words of a tile by Q queries: each word is loaded once for all of them.
template <class V, std::size_t Q>
inline void tile_part(const std::int8_t* rows, std::size_t groups, const std::uint8_t* queries,
                      std::int32_t* out) {
    typename V::Sum sums[Q][V::tile_words];
    for (std::size_t q = 0; q < Q; ++q)
        for (std::size_t w = 0; w < V::tile_words; ++w) sums[q][w] = V::zero();
    for (std::size_t g = 0; g < groups; ++g, rows += kTileRows * 4)
        for (std::size_t q = 0; q < Q; ++q) {
            std::uint32_t four;
            __builtin_memcpy(&four, queries + (q * groups + g) * 4, sizeof four);
            for (std::size_t w = 0; w < V::tile_words; ++w)
                sums[q][w] = V::group(sums[q][w], rows + w * 64, four);
        }
    for (std::size_t q = 0; q < Q; ++q)
        for (std::size_t w = 0; w < V::tile_words; ++w)
            V::store(out + q * kTileRows + w * 16, sums[q][w]);
}

template <class V>
inline void tile_impl(const std::int8_t* rows, std::size_t groups, const std::uint8_t* queries,
                      std::size_t count, std::int32_t* out) {
    for (std::size_t r = 0; r < kTileRows; r += 16 * V::tile_words)
        switch (count) {
            case 1: tile_part<V, 1>(rows + r * 4, groups, queries, out + r); break;
            case 2: tile_part<V, 2>(rows + r * 4, groups, queries, out + r); break;
            case 3: tile_part<V, 3>(rows + r * 4, groups, queries, out + r); break;
            default: tile_part<V, kTileQueries>(rows + r * 4, groups, queries, out + r);
        }
}

// Plain loops, for whose vectors the compiler cares. What is written is told apart from what is read
// (__restrict): else they are none.

inline bool whole_impl(const float* __restrict query, float low, const float* __restrict mean,
                       std::size_t dim, float* __restrict values, std::uint8_t* __restrict bytes,
                       std::int8_t* __restrict shifted, std::int32_t* __restrict square,
                       float* __restrict apart) {
    for (std::size_t j = 0; j < dim; ++j) {
        values[j] = query[j] - low;
        bytes[j] = static_cast<std::uint8_t>(static_cast<std::int32_t>(within(values[j], 0.0f, 255.0f)));
        shifted[j] = static_cast<std::int8_t>(bytes[j] ^ 128);
    }
    std::int32_t differs = 0, squares = 0;
    for (std::size_t j = 0; j < dim; ++j) {
        const std::int32_t number = bytes[j];
        squares += number * number;
        differs |= static_cast<float>(number) != values[j] ? 1 : 0;
    }
    *square = squares;
    *apart = squared_distance(values, mean, dim);
    return differs == 0;
}

inline float centred_impl(const float* __restrict row, const float* __restrict mean, std::size_t dim,
                          float* __restrict out) {
    for (std::size_t j = 0; j < dim; ++j) out[j] = row[j] - mean[j];
    return dot_of(out, out, dim);
}

inline void scaled_impl(const std::int32_t* __restrict sums, const float* __restrict row_sums,
                        const float* __restrict scales, const float* __restrict means, std::size_t n,
                        float zero, float unit, float* __restrict out) {
    for (std::size_t o = 0; o < n; ++o)
        out[o] = (static_cast<float>(sums[o]) - zero * row_sums[o]) * (scales[o] * unit) - means[o];
}

inline std::int32_t rounded_impl(const float* __restrict values, std::size_t n, float factor,
                                 std::int8_t* __restrict out) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const auto rounded =
            static_cast<std::int32_t>(within(values[i] * factor + 128.5f, 0.0f, 255.0f)) - 128;
        out[i] = static_cast<std::int8_t>(rounded);
        sum += rounded;
    }
    return sum;
}

/// The innermost step of a tile again and again on the same few lines: sums that do not wait for
/// each other, and nothing to fetch.
template <class V>
inline std::int32_t spin_impl(std::size_t rounds) {
    alignas(64) std::int8_t words[V::tile_words * 64];
    std::uint32_t fours[kTileQueries];
    for (std::size_t i = 0; i < sizeof words; ++i) words[i] = static_cast<std::int8_t>(i - 32);
    for (std::size_t q = 0; q < kTileQueries; ++q) fours[q] = static_cast<std::uint32_t>(q * 0x01020305);
    typename V::Sum sums[kTileQueries][V::tile_words];
    for (std::size_t q = 0; q < kTileQueries; ++q)
        for (std::size_t w = 0; w < V::tile_words; ++w) sums[q][w] = V::zero();
    const std::int8_t* m = words;
    const std::uint32_t* x = fours;
    for (std::size_t r = 0; r < rounds * (4 / V::tile_words); ++r) {
        asm volatile("" : "+r"(m), "+r"(x));  // else a compiler could multiply by `rounds`
        for (std::size_t q = 0; q < kTileQueries; ++q)
            for (std::size_t w = 0; w < V::tile_words; ++w)
                sums[q][w] = V::group(sums[q][w], m + w * 64, x[q]);
    }
    typename V::Sum all = V::zero();
    for (std::size_t q = 0; q < kTileQueries; ++q)
        for (std::size_t w = 0; w < V::tile_words; ++w) all = V::add(all, sums[q][w]);
    return V::total(all);
}

template <class V>
constexpr ByteKernels byte_kernels_of(const char* isa) {
    return {
        isa,
        [](const std::uint8_t* a, const std::int8_t* b, std::size_t bytes) {
            return dot_impl<V>(a, b, bytes);
        },
        [](const std::uint8_t* codes, CodeShape shape, const std::uint32_t* ids, std::size_t n,
           const std::int8_t* query, float scale, float offset, float* out) {
            estimate_each<V>(codes, shape, [ids](std::size_t i) -> std::size_t { return ids[i]; },
                             n, query, scale, offset, out);
        },
        [](const std::uint8_t* codes, CodeShape shape, std::size_t n, const std::int8_t* query,
           float scale, float offset, float* out) {
            estimate_each<V>(codes, shape, [](std::size_t i) { return i; }, n, query, scale, offset,
                             out);
        },
        [](const std::uint8_t* x, const std::int8_t* matrix, std::size_t inputs,
           std::size_t outputs, std::int32_t* out) {
            project_impl<V>(x, matrix, inputs, outputs, out);
        },
        whole_impl,
        centred_impl,
        scaled_impl,
        most_of,
        rounded_impl,
        [](const std::int8_t* rows, std::size_t groups, const std::uint8_t* queries,
           std::size_t count, std::int32_t* out) {
            tile_impl<V>(rows, groups, queries, count, out);
        },
        [](std::size_t rounds) { return spin_impl<V>(rounds); },
    };
}
