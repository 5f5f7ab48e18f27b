// The nearest of one query among rows of whole numbers.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "nearest.hpp"
#include "within_reach.hpp"

namespace ann {

/// A query of such numbers has exact distances. Another one, y, is looked for at the nearest such
/// query z: |x - y| differs from |x - z| by |y - z| at most, so that what is within twice that of
/// the k-th smallest |x - z| holds the k nearest of y. These are ranked in double.
class ByteCandidates {
public:
    /// `apart`: |y - z|.
    void reset(std::size_t k, double apart) {
        is_exact_ = apart == 0.0;
        k_ = k;
        if (is_exact_) exact_.reset(k);
        else near_.reset(Reach(apart), k);
    }

    [[nodiscard]] bool is_exact() const { return is_exact_; }

    /// What is not below it needs not be offered.
    [[nodiscard]] std::int32_t bound() const {
        if (is_exact_) return exact_.bound();
        return near_.reach() < 0x1.0p31f ? static_cast<std::int32_t>(near_.reach()) + 1
                                         : std::numeric_limits<std::int32_t>::max();
    }

    /// |x - z|^2; ids in rising order.
    void offer(std::int32_t squared, std::uint32_t id) {
        if (is_exact_) exact_.offer(squared, id);
        else near_.offer(static_cast<float>(squared), id);
    }

    /// take(place, id, |x - y|^2) for the k nearest, nearest first, ties by id. `squared` tells it
    /// in double of an id, where it is not known.
    template <class Squared, class Take>
    void each(Squared&& squared, Take&& take) {
        if (is_exact_) {
            exact_.each([&](std::size_t i, std::uint32_t id, std::uint32_t found) {
                take(i, id, static_cast<double>(found));
            });
            return;
        }
        const auto& ranked = near_.rank(k_, squared);
        for (std::size_t i = 0; i < k_; ++i) take(i, ranked[i].id, ranked[i].squared);
    }

private:
    /// With what is lost when int32 becomes float32, and in `apart`.
    struct Reach {
        explicit Reach(double apart = 0.0) : twice(2.0 * apart * (1.0 + 0x1.0p-30)) {}
        float operator()(float kth) const {
            const double chord = std::sqrt(kth * (1.0 + 0x1.0p-22)) + twice;
            const double most = chord * chord * (1.0 + 0x1.0p-22);
            return most < 0x1.0p31 ? static_cast<float>(most) : std::numeric_limits<float>::infinity();
        }
        double twice;
    };

    bool is_exact_ = true;
    std::size_t k_ = 0;
    Nearest exact_;
    WithinReach<Reach> near_;
};

}  // namespace ann
