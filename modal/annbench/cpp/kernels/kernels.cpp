// Which kernels this processor can run, and which one is used.
#include "kernels.hpp"

#include <cstdlib>
#include <stdexcept>

namespace ann {

extern const Kernels scalar_kernels;
#if defined(__x86_64__)
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
#elif defined(__aarch64__)
extern const Kernels neon_kernels;
#endif

std::vector<const Kernels*> available_kernels() {
    std::vector<const Kernels*> all{&scalar_kernels};
#if defined(__x86_64__)
    // These also ask whether the operating system saves the wide registers.
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        all.push_back(&avx2_kernels);
    if (__builtin_cpu_supports("avx512f") && all.back() == &avx2_kernels)
        all.push_back(&avx512_kernels);
#elif defined(__aarch64__)
    all.push_back(&neon_kernels);
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

}  // namespace ann
