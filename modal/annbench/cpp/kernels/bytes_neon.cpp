// NEON with the dot product instruction (ARMv8.2; every server core since Graviton 2, every Apple M).
#include "bytes.hpp"
#include "strands.hpp"

#if defined(__aarch64__)
#include <arm_neon.h>

namespace ann {
namespace {

#include "bytes_body.hpp"

struct Neon {
    static constexpr std::size_t tile_words = 1;
    static constexpr std::size_t project_sums = 8;
    struct Sum {
        int32x4_t at[4];
    };
    static Sum zero() {
        return {{vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)}};
    }
    static Sum add(Sum x, const Sum& y) {
        for (int i = 0; i < 4; ++i) x.at[i] = vaddq_s32(x.at[i], y.at[i]);
        return x;
    }
    /// u8 * s8 as s8 * s8: a - 128 in the place of a, and 128 * b added again.
    static int32x4_t exactly(int32x4_t sum, uint8x16_t a, int8x16_t b) {
        const int8x16_t shifted = vreinterpretq_s8_u8(veorq_u8(a, vdupq_n_u8(128)));
        const int32x4_t rest = vdotq_s32(vdupq_n_s32(0), vdupq_n_s8(1), b);
        return vaddq_s32(vdotq_s32(sum, shifted, b), vshlq_n_s32(rest, 7));
    }
    static int32x4_t small(int32x4_t sum, uint8x16_t a, int8x16_t b) {
        return vdotq_s32(sum, vreinterpretq_s8_u8(a), b);
    }
    static Sum dot(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        for (int i = 0; i < 4; ++i)
            sum.at[i] = exactly(sum.at[i], vld1q_u8(a + 16 * i), vld1q_s8(b + 16 * i));
        return sum;
    }
    static Sum wide(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        for (int i = 0; i < 4; ++i)
            sum.at[i] = small(sum.at[i], vld1q_u8(a + 16 * i), vld1q_s8(b + 16 * i));
        return sum;
    }
    static Sum narrow(Sum sum, const std::uint8_t* a, const std::int8_t* b) {
        for (int i = 0; i < 4; ++i) {
            const uint8x16_t both = vld1q_u8(a + 16 * i);
            sum.at[i] = small(sum.at[i], vandq_u8(both, vdupq_n_u8(15)), vld1q_s8(b + 16 * i));
            sum.at[i] = small(sum.at[i], vshrq_n_u8(both, 4), vld1q_s8(b + 64 + 16 * i));
        }
        return sum;
    }
    static Sum group(Sum sum, const std::int8_t* m, std::uint32_t x) {
        const uint8x16_t four = vreinterpretq_u8_u32(vdupq_n_u32(x));
        for (int i = 0; i < 4; ++i) sum.at[i] = exactly(sum.at[i], four, vld1q_s8(m + 16 * i));
        return sum;
    }
    static std::int32_t total(const Sum& sum) {
        return vaddvq_s32(vaddq_s32(vaddq_s32(sum.at[0], sum.at[1]), vaddq_s32(sum.at[2], sum.at[3])));
    }
    static void totals(const Sum* sums, std::int32_t* out) {
        const auto four = [&](int i) {
            const auto& at = sums[i].at;
            return vaddq_s32(vaddq_s32(at[0], at[1]), vaddq_s32(at[2], at[3]));
        };
        vst1q_s32(out, vpaddq_s32(vpaddq_s32(four(0), four(1)), vpaddq_s32(four(2), four(3))));
    }
    static void store(std::int32_t* out, const Sum& sum) {
        for (int i = 0; i < 4; ++i) vst1q_s32(out + 4 * i, sum.at[i]);
    }
};

}  // namespace

extern const ByteKernels neon_byte_kernels;
const ByteKernels neon_byte_kernels = byte_kernels_of<Neon>("neon");

}  // namespace ann
#endif
