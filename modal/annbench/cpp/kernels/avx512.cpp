// AVX-512F (x86-64 servers since 2017, AMD since 2022).
#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace ann {
namespace {

#include "body.hpp"

struct Avx512 {
    using Sum = __m512;
    static Sum zero() { return _mm512_setzero_ps(); }
    static Sum add(Sum x, Sum y) { return _mm512_add_ps(x, y); }
    static Sum add_squares(Sum sum, const float* a, const float* b) {
        const __m512 d = _mm512_sub_ps(_mm512_load_ps(a), _mm512_load_ps(b));
        return _mm512_add_ps(sum, _mm512_mul_ps(d, d));
    }
    static float total(Sum sum) {
        const __m256 upper = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sum), 1));
        const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sum), upper);
        __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        four = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
    }

    // Of a tile.
    using Register = __m512;
    static constexpr std::size_t width = 16, tile_registers = 4;
    static Register load(const float* p) { return _mm512_load_ps(p); }
    static Register all(float x) { return _mm512_set1_ps(x); }
    static void store(float* p, Register x) { _mm512_store_ps(p, x); }
    static Register add_square(Register sum, Register a, Register b) {
        const Register d = _mm512_sub_ps(a, b);
        return _mm512_add_ps(sum, _mm512_mul_ps(d, d));
    }
};

float pair(const float* a, const float* b, std::size_t stride, float bound) {
    return pair_impl<Avx512>(a, b, stride, bound);
}
void gather(const float* query, const float* rows, std::size_t stride, const std::uint32_t* ids,
            std::size_t n, float bound, float* out) {
    gather_impl<Avx512>(query, rows, stride, ids, n, bound, out);
}
void tile(const float* queries, std::size_t stride, const float* rows, std::size_t dims, float* out) {
    tile_impl<Avx512>(queries, stride, rows, dims, out);
}

}  // namespace

extern const Kernels avx512_kernels;
const Kernels avx512_kernels{"avx512", pair, gather, tile};

}  // namespace ann
#endif
