// Which kernels this processor can run, and which one is used.
#include "kernels.hpp"

#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "bytes.hpp"

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace ann {

#if defined(__aarch64__)
namespace {

/// Every Apple processor with 64-bit ARM that runs macOS has it.
bool has_dot_product() {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
    return true;
#endif
}

}  // namespace
#endif

extern const Kernels scalar_kernels;
extern const ByteKernels scalar_byte_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
extern const ByteKernels avx2_byte_kernels;
extern const ByteKernels avx512_byte_kernels;
#elif defined(__aarch64__)
extern const Kernels neon_kernels;
extern const ByteKernels neon_byte_kernels;
#endif

std::vector<const Kernels*> available_kernels() {
    std::vector<const Kernels*> all{&scalar_kernels};
#if defined(__x86_64__)
    // These also ask whether the operating system saves the wide registers.
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) all.push_back(&avx2_kernels);
    if (__builtin_cpu_supports("avx512f") && all.back() == &avx2_kernels)
        all.push_back(&avx512_kernels);
#elif defined(__aarch64__)
    all.push_back(&neon_kernels);
#endif
    return all;
}

std::vector<const ByteKernels*> available_byte_kernels() {
    std::vector<const ByteKernels*> all{&scalar_byte_kernels};
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) all.push_back(&avx2_byte_kernels);
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni"))
        all.push_back(&avx512_byte_kernels);
#elif defined(__aarch64__)
    if (has_dot_product()) all.push_back(&neon_byte_kernels);
#endif
    return all;
}

namespace {

const Kernels& choose() {
    const auto all = available_kernels();
    const char* wanted = std::getenv("ANNBENCH_ISA");
    if (wanted == nullptr || *wanted == '\0') return *all.back();
    std::string known;
    for (const Kernels* k : all) {
        if (std::string(wanted) == k->isa) return *k;
        known += (known.empty() ? "" : ", ") + std::string(k->isa);
    }
    throw std::invalid_argument("ANNBENCH_ISA=" + std::string(wanted) +
                                ": this processor can run " + known);
}

}  // namespace

const Kernels& kernels() {
    static const Kernels& chosen = choose();
    return chosen;
}

const ByteKernels& byte_kernels() {
    static const ByteKernels& chosen = []() -> const ByteKernels& {
        const auto floats = available_kernels();
        const ByteKernels* best = &scalar_byte_kernels;
        for (const ByteKernels* bytes : available_byte_kernels())
            for (const Kernels* each : floats) {
                if (std::strcmp(bytes->isa, each->isa) == 0) best = bytes;
                if (each == &kernels()) break;
            }
        return *best;
    }();
    return chosen;
}

}  // namespace ann
