// The k smallest of whole-number distances.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace ann {

/// Takes what is offered until there is twice as much as is wanted, then drops the farther half: a
/// few steps for each taken one, whatever k is. Ids are offered in rising order.
class Nearest {
public:
    void reset(std::size_t k) {
        k_ = k;
        most_ = 2 * k + 32;
        bound_ = std::numeric_limits<std::int32_t>::max();
        entries_.clear();
        entries_.reserve(most_);
    }

    /// Only what is below this is worth an offer: with an equal distance the lower id is nearer.
    [[nodiscard]] std::int32_t bound() const { return bound_; }

    void offer(std::int32_t squared, std::uint32_t id) {
        entries_.push_back(std::uint64_t{static_cast<std::uint32_t>(squared)} << 32 | id);
        if (entries_.size() == most_) drop_far();
    }

    /// The k nearest, nearest first, ties by id. Needs k offers at least.
    template <class Each>
    void each(Each&& take) {
        if (entries_.size() > k_) drop_far();
        std::sort(entries_.begin(), entries_.end());
        for (std::size_t i = 0; i < k_; ++i)
            take(i, static_cast<std::uint32_t>(entries_[i]), static_cast<std::uint32_t>(entries_[i] >> 32));
    }

private:
    void drop_far() {
        const auto kth = entries_.begin() + static_cast<std::ptrdiff_t>(k_) - 1;
        std::nth_element(entries_.begin(), kth, entries_.end());
        bound_ = static_cast<std::int32_t>(*kth >> 32);
        entries_.resize(k_);
    }

    std::size_t k_ = 0, most_ = 0;
    std::int32_t bound_ = 0;
    std::vector<std::uint64_t> entries_;  // distance, then id
};

}  // namespace ann
