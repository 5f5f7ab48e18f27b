// NEON: every 64-bit ARM has it.
#include "kernels.hpp"

#if defined(__aarch64__)
#include <arm_neon.h>

namespace ann {
namespace {

#include "body.hpp"

struct Neon {
    struct Sum {
        float32x4_t at[4];
    };
    static Sum zero() {
        return {{vdupq_n_f32(0.0f), vdupq_n_f32(0.0f), vdupq_n_f32(0.0f), vdupq_n_f32(0.0f)}};
    }
    static Sum add(Sum x, const Sum& y) {
        for (int i = 0; i < 4; ++i) x.at[i] = vaddq_f32(x.at[i], y.at[i]);
        return x;
    }
    static Sum add_squares(Sum sum, const float* a, const float* b) {
        for (int i = 0; i < 4; ++i) {
            const float32x4_t d = vsubq_f32(vld1q_f32(a + 4 * i), vld1q_f32(b + 4 * i));
            sum.at[i] = vaddq_f32(sum.at[i], vmulq_f32(d, d));
        }
        return sum;
    }
    static float total(const Sum& sum) {
        const float32x4_t four =
            vaddq_f32(vaddq_f32(sum.at[0], sum.at[2]), vaddq_f32(sum.at[1], sum.at[3]));
        const float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
        return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
    }

    // Of a tile.
    using Register = float32x4_t;
    static constexpr std::size_t width = 4, tile_registers = 4;
    static Register load(const float* p) { return vld1q_f32(p); }
    static Register all(float x) { return vdupq_n_f32(x); }
    static void store(float* p, Register x) { vst1q_f32(p, x); }
    static Register add_square(Register sum, Register a, Register b) {
        const Register d = vsubq_f32(a, b);
        return vaddq_f32(sum, vmulq_f32(d, d));
    }
};

float pair(const float* a, const float* b, std::size_t stride, float bound) {
    return pair_impl<Neon>(a, b, stride, bound);
}
void gather(const float* query, const float* rows, std::size_t stride, const std::uint32_t* ids,
            std::size_t n, float bound, float* out) {
    gather_impl<Neon>(query, rows, stride, ids, n, bound, out);
}
void tile(const float* queries, std::size_t stride, const float* rows, std::size_t dims, float* out) {
    tile_impl<Neon>(queries, stride, rows, dims, out);
}

}  // namespace

extern const Kernels neon_kernels;
const Kernels neon_kernels{"neon", pair, gather, tile};

}  // namespace ann
#endif
