// Just enough of a test framework: CHECK says where it failed, RUN names a test, main returns REPORT().
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include "matrix.hpp"

inline int failures = 0;

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            std::printf("  %s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            ++failures;                                                         \
        }                                                                       \
    } while (false)

#define CHECK_THROWS(type, words, ...)                                          \
    do {                                                                        \
        bool thrown = false;                                                    \
        try {                                                                   \
            __VA_ARGS__;                                                        \
        } catch (const type& e) {                                               \
            thrown = std::string(e.what()).find(words) != std::string::npos;    \
        }                                                                       \
        if (!thrown) {                                                          \
            std::printf("  %s:%d: no %s with '%s'\n", __FILE__, __LINE__, #type, words); \
            ++failures;                                                         \
        }                                                                       \
    } while (false)

#define RUN(test)                          \
    do {                                   \
        std::printf("%s\n", #test);        \
        std::fflush(stdout);               \
        test();                            \
    } while (false)

#define REPORT() (failures == 0 ? EXIT_SUCCESS : (std::printf("%d failures\n", failures), EXIT_FAILURE))

/// Rows around a few centres, so that a graph has something to find.
struct Cloud {
    Cloud(std::size_t rows, std::size_t dim, std::uint32_t seed, std::size_t centres = 12)
        : values(rows * dim), rows(rows), dim(dim) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal;
        std::vector<float> middle(centres * dim);
        for (float& x : middle) x = 2.0f * normal(random);
        for (std::size_t i = 0; i < rows; ++i) {
            const std::size_t c = random() % centres;
            for (std::size_t j = 0; j < dim; ++j)
                values[i * dim + j] = middle[c * dim + j] + normal(random);
        }
    }
    [[nodiscard]] ann::MatrixView view() const { return {values.data(), rows, dim}; }

    std::vector<float> values;
    std::size_t rows, dim;
};
