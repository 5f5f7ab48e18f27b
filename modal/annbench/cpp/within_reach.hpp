// What is left to be decided in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "pool.hpp"
#include "rows.hpp"

namespace ann {

/// The rows that may be among the k nearest of one query, by distances that are a little off: all
/// that are within reach of the k-th smallest one. `Reach`: reach(kth) is the largest distance found
/// that a row may have which truly is among the k nearest. Few more than k, unless there are ties.
template <class Reach>
class WithinReach {
public:
    struct Exact {
        double squared;
        std::uint32_t id;
        bool operator<(const Exact& other) const {
            return squared != other.squared ? squared < other.squared : id < other.id;
        }
    };

    void reset(Reach how, std::size_t k) {
        how_ = how;
        nearest_.reset(k);
        within_.clear();
        most_ = std::max<std::size_t>(4 * k, 256);
        reach_ = std::numeric_limits<float>::infinity();
    }

    /// To be called when `how` answers otherwise than before.
    void look_again() {
        if (nearest_.bound() < std::numeric_limits<float>::infinity()) reach_ = how_(nearest_.bound());
    }

    /// What is farther needs not be offered.
    [[nodiscard]] float reach() const { return reach_; }

    /// An id is offered once. `distance` may be any value from reach() on where it is that or more.
    void offer(float distance, std::uint32_t id) {
        if (!(distance <= reach_)) return;
        within_.push_back({distance, id});
        if (distance < nearest_.bound()) {
            nearest_.insert(distance, id);
            look_again();
        }
        if (within_.size() > most_) {
            drop_far();
            most_ = std::max(most_, 2 * within_.size());
        }
    }

    /// The k nearest, nearest first, ties by id. squared(id): the distance in double.
    template <class Squared>
    const std::vector<Exact>& rank(std::size_t k, Squared&& squared) {
        drop_far();
        ranked_.clear();
        for (const Neighbour& one : within_) ranked_.push_back({squared(one.id), one.id});
        std::partial_sort(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(k),
                          ranked_.end());
        return ranked_;
    }

private:
    void drop_far() {
        std::erase_if(within_, [this](const Neighbour& one) { return one.distance > reach_; });
    }

    Reach how_{};
    Pool nearest_;  // the k nearest as found: its bound is all that is asked of it
    float reach_ = 0.0f;
    std::size_t most_ = 0;  // entries of within_ at which it is looked through
    std::vector<Neighbour> within_;
    std::vector<Exact> ranked_;
};

/// Rows::reach of one query.
class FloatReach {
public:
    FloatReach() = default;
    /// `prepared` by `rows`, which must outlive this.
    FloatReach(const Rows& rows, const float* prepared) : rows_(&rows) {
        double square = 0.0;
        for (std::size_t i = 0; i < rows.stride(); ++i)
            square += static_cast<double>(prepared[i]) * prepared[i];
        length_ = std::sqrt(square);
    }
    float operator()(float kth) const { return rows_->reach(kth, length_); }

private:
    const Rows* rows_ = nullptr;
    double length_ = 0.0;
};

using FloatCandidates = WithinReach<FloatReach>;

}  // namespace ann
