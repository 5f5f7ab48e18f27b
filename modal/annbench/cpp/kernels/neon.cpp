// NEON: every 64-bit ARM has it.
#include "kernels.hpp"

#if defined(__aarch64__)
#include <arm_neon.h>

namespace ann {
namespace {

#include "body.hpp"

struct Neon {
    static constexpr std::size_t width = 4;
    using Register = float32x4_t;
    static Register zero() { return vdupq_n_f32(0.0f); }
    static Register load(const float* p) { return vld1q_f32(p); }
    static Register add(Register x, Register y) { return vaddq_f32(x, y); }
    static Register square_difference_add(Register sum, Register a, Register b) {
        const Register d = vsubq_f32(a, b);
        return vfmaq_f32(sum, d, d);
    }
    static float sum(Register x) { return vaddvq_f32(x); }
};

float pair(const float* a, const float* b, std::size_t stride, float bound) {
    return pair_impl<Neon>(a, b, stride, bound);
}
void gather(const float* query, const float* rows, std::size_t stride, const std::uint32_t* ids,
            std::size_t n, float bound, float* out) {
    gather_impl<Neon>(query, rows, stride, ids, n, bound, out);
}

}  // namespace

extern const Kernels neon_kernels;
const Kernels neon_kernels{"neon", pair, gather};

}  // namespace ann
#endif
