// The nearest vertices that a walk has met, by their estimates.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "../memory.hpp"

namespace ann {

/// An estimate and the vertex that it is of, in one number: ordered by the estimate, then by the id, which
/// is below 2^31. Its last bit is set when the vertex was expanded.
using Met = std::uint64_t;
inline constexpr Met kExpanded = 1;

inline Met met(float estimate, std::uint32_t id) {
    std::uint32_t bits;
    std::memcpy(&bits, &estimate, sizeof bits);
    bits ^= (bits >> 31) != 0 ? 0xFFFF'FFFFu : 0x8000'0000u;  // negative ones run backwards
    return std::uint64_t{bits} << 32 | id << 1;
}
inline std::uint32_t id_of(Met one) { return static_cast<std::uint32_t>(one) >> 1; }
inline float estimate_of(Met one) {
    auto bits = static_cast<std::uint32_t>(one >> 32);
    bits ^= (bits >> 31) != 0 ? 0x8000'0000u : 0xFFFF'FFFFu;
    float estimate;
    std::memcpy(&estimate, &bits, sizeof estimate);
    return estimate;
}

/// What a walk has met: the nearest in order (`near`), each with a mark once it was expanded, and all that
/// may be among the k nearest in the end (`all`), in no order, which costs next to nothing.
class Candidates {
public:
    /// `room`: how many are remembered, at least; up to twice as many and one `step` more for a while.
    void reset(std::size_t k, std::size_t room, std::size_t step) {
        const std::size_t most = 2 * room + step;
        if (all_.size() < most) {
            all_ = AlignedArray<Met>(most);
            near_ = AlignedArray<Met>(most + 1);
        }
        k_ = k;
        room_ = room;
        near_count_ = all_count_ = next_ = 0;
    }

    /// The k-th best estimate; without end as long as there are fewer.
    [[nodiscard]] float kth() const {
        return near_count_ < k_ ? std::numeric_limits<float>::infinity() : estimate_of(near_[k_ - 1]);
    }
    /// The nearest, nearest first, the k best among them.
    [[nodiscard]] const Met* near() const { return near_.data(); }
    [[nodiscard]] std::size_t near_count() const { return near_count_; }
    /// All that are remembered, in no order.
    [[nodiscard]] const Met* all() const { return all_.data(); }
    [[nodiscard]] std::size_t size() const { return all_count_; }
    /// Never more than this, whatever is added.
    [[nodiscard]] std::size_t most() const { return all_.size(); }

    /// Whether there is one to be expanded, and how far it is.
    [[nodiscard]] bool ends() const { return next_ == near_count_; }
    [[nodiscard]] float next() const { return estimate_of(near_[next_]); }
    /// Whether it is among the k best that were met.
    [[nodiscard]] bool next_is_good() const { return next_ < k_ && near_count_ >= k_; }
    std::uint32_t expand() {
        const std::uint32_t id = id_of(near_[next_]);
        near_[next_] |= kExpanded;
        while (++next_ < near_count_ && (near_[next_] & kExpanded) != 0) {
        }
        return id;
    }

    /// Takes in those of `n` whose estimate is below `keep`. Those up to `reach` are put in order, and those
    /// up to the k-th best whatever `reach` is: the k best of all are always the first there.
    void add(const std::uint32_t* ids, const float* estimates, std::size_t n, float keep, float reach) {
        Met* const begin = all_.data() + all_count_;
        Met* end = begin;
        for (std::size_t i = 0; i < n; ++i) {
            *end = met(estimates[i], ids[i]);
            end += estimates[i] < keep;  // no branch: which it is cannot be foreseen
        }
        all_count_ += static_cast<std::size_t>(end - begin);
        const Met most = met(std::max(reach, kth()), 0x7FFF'FFFFu);
        while (near_count_ > k_ && near_[near_count_ - 1] > most) --near_count_;
        for (const Met* one = begin; one != end; ++one)
            if (*one <= most) insert(*one);
        if (all_count_ >= 2 * room_) {
            std::nth_element(all_.data(), all_.data() + room_, all_.data() + all_count_);
            all_count_ = room_;
        }
        near_count_ = std::min(near_count_, 2 * room_);
        next_ = std::min(next_, near_count_);
    }

private:
    void insert(Met one) {
        // A few steps from the end most often; where many are near, their place is looked for.
        constexpr int kSteps = 32;
        Met* const first = near_.data();
        Met* at = first + near_count_++;
        for (int step = 0; step < kSteps && at != first && at[-1] > one; ++step, --at) *at = at[-1];
        if (at != first && at[-1] > one) {
            Met* const place = std::upper_bound(first, at, one);
            std::memmove(place + 1, place, static_cast<std::size_t>(at - place) * sizeof(Met));
            at = place;
        }
        *at = one;
        next_ = std::min(next_, static_cast<std::size_t>(at - first));
    }

    AlignedArray<Met> near_, all_;
    std::size_t k_ = 0, room_ = 0, near_count_ = 0, all_count_ = 0, next_ = 0;
};

}  // namespace ann
