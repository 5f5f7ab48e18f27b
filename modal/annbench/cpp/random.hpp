// Random numbers that depend on a seed and a number alone: the same on every machine, in every order.
#pragma once

#include <bit>
#include <cstdint>

namespace ann {

/// splitmix64 (Steele, Lea, Flood 2014): a good 64-bit mix of (seed, number).
inline std::uint64_t random_bits(std::uint64_t seed, std::uint64_t number) {
    std::uint64_t z = seed + (number + 1) * 0x9E37'79B9'7F4A'7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBull;
    return z ^ (z >> 31);
}

/// About normal, of mean 0 and variance 1: how many of 64 coins fell heads, less half, by 4. Exact
/// on every machine, as no logarithm is.
inline float random_sign_sum(std::uint64_t seed, std::uint64_t number) {
    return static_cast<float>(std::popcount(random_bits(seed, number)) - 32) / 4.0f;
}

}  // namespace ann
