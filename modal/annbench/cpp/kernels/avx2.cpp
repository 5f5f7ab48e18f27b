// AVX2 (x86-64 since 2013). Compiled with that flag; called only where cpuid shows it.
#include "kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace ann {
namespace {

#include "body.hpp"

struct Avx2 {
    struct Sum {
        __m256 low, high;
    };
    static Sum zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
    static Sum add(Sum x, Sum y) {
        return {_mm256_add_ps(x.low, y.low), _mm256_add_ps(x.high, y.high)};
    }
    static __m256 squares(__m256 sum, const float* a, const float* b) {
        const __m256 d = _mm256_sub_ps(_mm256_load_ps(a), _mm256_load_ps(b));
        return _mm256_add_ps(sum, _mm256_mul_ps(d, d));
    }
    static Sum add_squares(Sum sum, const float* a, const float* b) {
        return {squares(sum.low, a, b), squares(sum.high, a + 8, b + 8)};
    }
    static float total(Sum sum) {
        const __m256 eight = _mm256_add_ps(sum.low, sum.high);
        __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
        four = _mm_add_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
    }

    // Of a tile.
    using Register = __m256;
    static constexpr std::size_t width = 8, tile_registers = 2;
    static Register load(const float* p) { return _mm256_load_ps(p); }
    static Register all(float x) { return _mm256_set1_ps(x); }
    static void store(float* p, Register x) { _mm256_store_ps(p, x); }
    static Register add_square(Register sum, Register a, Register b) {
        const Register d = _mm256_sub_ps(a, b);
        return _mm256_add_ps(sum, _mm256_mul_ps(d, d));
    }
};

float pair(const float* a, const float* b, std::size_t stride, float bound) {
    return pair_impl<Avx2>(a, b, stride, bound);
}
void gather(const float* query, const float* rows, std::size_t stride, const std::uint32_t* ids,
            std::size_t n, float bound, float* out) {
    gather_impl<Avx2>(query, rows, stride, ids, n, bound, out);
}
void tile(const float* queries, std::size_t stride, const float* rows, std::size_t dims, float* out) {
    tile_impl<Avx2>(queries, stride, rows, dims, out);
}

}  // namespace

extern const Kernels avx2_kernels;
const Kernels avx2_kernels{"avx2", pair, gather, tile};

}  // namespace ann
#endif
