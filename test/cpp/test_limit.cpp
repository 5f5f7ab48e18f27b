// What is measured of the machine is a figure, and what makes no sense is refused.
#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "limit.hpp"

namespace {

void figures_are_figures() {
    const auto is_speed = [](double speed) { return std::isfinite(speed) && speed > 0.0; };
    CHECK(is_speed(ann::byte_peak()));
    CHECK(is_speed(ann::stream_bandwidth(100'000)));
    CHECK(is_speed(ann::random_bandwidth(100'000, 832)));
}

void nonsense_is_refused() {
    CHECK_THROWS(std::invalid_argument, "less than a cache line", ann::stream_bandwidth(63));
    CHECK_THROWS(std::invalid_argument, "less than one item", ann::random_bandwidth(64, 128));
    for (const std::size_t item : {0u, 1u, 100u})
        CHECK_THROWS(std::invalid_argument, "whole number of cache lines", ann::random_bandwidth(1000, item));
}

}  // namespace

int main() {
    RUN(figures_are_figures);
    RUN(nonsense_is_refused);
    return REPORT();
}
