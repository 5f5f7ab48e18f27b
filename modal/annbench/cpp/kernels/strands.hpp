// Sums of float in sixteen strands: plain loops that a compiler makes vectors of, whatever their
// width, and the same bits with each. Every file that includes this has its own copy (the namespace
// without a name): that of a file with wider instructions must not be what the linker keeps for all.
#pragma once

#include <cstddef>

namespace ann {
namespace {

constexpr std::size_t kStrands = 16;

[[maybe_unused]] inline float add_up(float* strands) {
    for (std::size_t half = kStrands / 2; half > 0; half /= 2)
        for (std::size_t j = 0; j < half; ++j) strands[j] += strands[j + half];
    return strands[0];
}

/// value, brought into least … most; least for NaN. Without a branch, so that loops become vectors.
[[maybe_unused]] inline float within(float value, float least, float most) {
    const float above = value > least ? value : least;
    return above < most ? above : most;
}

/// Sum of (a - b)^2.
[[maybe_unused]] inline float squared_distance(const float* a, const float* b, std::size_t count) {
    float strands[kStrands] = {};
    std::size_t i = 0;
    for (; i + kStrands <= count; i += kStrands)
        for (std::size_t j = 0; j < kStrands; ++j) {
            const float apart = a[i + j] - b[i + j];
            strands[j] += apart * apart;
        }
    for (; i < count; ++i) strands[i % kStrands] += (a[i] - b[i]) * (a[i] - b[i]);
    return add_up(strands);
}

/// The largest of |a|.
[[maybe_unused]] inline float most_of(const float* a, std::size_t count) {
    float strands[kStrands] = {};
    const auto larger = [](float x, float y) { return x > y ? x : y; };
    std::size_t i = 0;
    for (; i + kStrands <= count; i += kStrands)
        for (std::size_t j = 0; j < kStrands; ++j)
            strands[j] = larger(strands[j], larger(a[i + j], -a[i + j]));
    for (; i < count; ++i) strands[0] = larger(strands[0], larger(a[i], -a[i]));
    for (std::size_t j = 1; j < kStrands; ++j) strands[0] = larger(strands[0], strands[j]);
    return strands[0];
}

/// Sum of a * b.
[[maybe_unused]] inline float dot_of(const float* a, const float* b, std::size_t count) {
    float strands[kStrands] = {};
    std::size_t i = 0;
    for (; i + kStrands <= count; i += kStrands)
        for (std::size_t j = 0; j < kStrands; ++j) strands[j] += a[i + j] * b[i + j];
    for (; i < count; ++i) strands[i % kStrands] += a[i] * b[i];
    return add_up(strands);
}

}  // namespace
}  // namespace ann
