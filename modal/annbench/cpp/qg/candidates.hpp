// The nearest vertices that a walk has met, by their estimates.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "../memory.hpp"

namespace ann {

/// At most `room` of them, sorted; each with a mark when it was expanded. Estimates and ids stand
/// apart, so that the place of a new one is found among floats that lie densely.
class Candidates {
public:
    static constexpr std::uint32_t kExpanded = 0x8000'0000u;

    void reset(std::size_t room) {
        if (estimates_.size() < room + 1) {
            estimates_ = AlignedArray<float>(room + 1);
            ids_ = AlignedArray<std::uint32_t>(room + 1);
        }
        room_ = room;
        size_ = next_ = 0;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::uint32_t id(std::size_t i) const { return ids_[i] & ~kExpanded; }
    [[nodiscard]] float estimate(std::size_t i) const { return estimates_[i]; }

    /// The place of the first that is not expanded; size() when all are.
    [[nodiscard]] std::size_t next() const { return next_; }

    /// Marks the one at next(), and moves on; its id.
    std::uint32_t expand() {
        const std::uint32_t id = ids_[next_];
        ids_[next_] |= kExpanded;
        while (++next_ < size_ && (ids_[next_] & kExpanded)) {
        }
        return id;
    }

    /// An estimate at or above this does not enter.
    [[nodiscard]] float bound() const {
        return size_ < room_ ? std::numeric_limits<float>::infinity() : estimates_[room_ - 1];
    }

    /// Puts one in that is below bound(); the place it has. Equal ones stay in order of arrival.
    std::size_t insert(float estimate, std::uint32_t id) {
        // How many are no larger: halving, with a conditional move where a branch would be.
        const float* base = estimates_.data();
        for (std::size_t left = size_; left > 0;) {
            const std::size_t half = (left + 1) / 2;
            base += base[half - 1] <= estimate ? half : 0;
            left -= half;
        }
        const auto at = static_cast<std::size_t>(base - estimates_.data());
        std::memmove(&estimates_[at + 1], &estimates_[at], (size_ - at) * sizeof(float));
        std::memmove(&ids_[at + 1], &ids_[at], (size_ - at) * sizeof(std::uint32_t));
        estimates_[at] = estimate;
        ids_[at] = id;
        size_ += size_ < room_;
        next_ = std::min(next_, at);
        return at;
    }

private:
    AlignedArray<float> estimates_;
    AlignedArray<std::uint32_t> ids_;
    std::size_t room_ = 0, size_ = 0, next_ = 0;
};

}  // namespace ann
