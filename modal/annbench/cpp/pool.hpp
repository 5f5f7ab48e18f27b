// The best candidates of one search, sorted by distance.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace ann {

struct Neighbour {
    float distance;  // squared
    std::uint32_t id;
};

/// At most `capacity` entries in one sorted array. For the few hundred entries of a search this
/// beats the two heaps of the textbook: one binary search and one short memmove per accepted
/// entry, nothing per rejected one, and the next node to expand is found by walking on.
class Pool {
public:
    static constexpr std::uint32_t kExpanded = 0x8000'0000u;
    static constexpr std::uint32_t kNone = 0xFFFF'FFFFu;

    void reset(std::size_t capacity) {
        if (entries_.size() < capacity + 1) entries_.resize(capacity + 1);
        capacity_ = capacity;
        size_ = 0;
        cursor_ = 0;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] Neighbour at(std::size_t i) const {
        return {entries_[i].distance, entries_[i].id & ~kExpanded};
    }

    /// A distance at or above this cannot enter.
    [[nodiscard]] float bound() const {
        return size_ < capacity_ ? std::numeric_limits<float>::infinity()
                                 : entries_[size_ - 1].distance;
    }

    /// Keeps the order; equal distances stay in order of arrival. The caller never offers an id twice.
    void insert(float distance, std::uint32_t id) {
        if (distance >= bound()) return;
        Neighbour* first = entries_.data();
        Neighbour* place = std::upper_bound(
            first, first + size_, distance,
            [](float d, const Neighbour& entry) { return d < entry.distance; });
        const auto index = static_cast<std::size_t>(place - first);
        std::memmove(place + 1, place, (size_ - index) * sizeof(Neighbour));
        *place = {distance, id};
        if (size_ < capacity_) ++size_;
        cursor_ = std::min(cursor_, index);
    }

    /// The nearest entry not yet expanded, marked as expanded; kNone when there is none.
    std::uint32_t expand_next() {
        while (cursor_ < size_ && (entries_[cursor_].id & kExpanded)) ++cursor_;
        if (cursor_ == size_) return kNone;
        const std::uint32_t id = entries_[cursor_].id;
        entries_[cursor_++].id |= kExpanded;
        return id;
    }

    /// What expand_next would return now (a hint for prefetching), or kNone.
    [[nodiscard]] std::uint32_t peek_next() const {
        std::size_t i = cursor_;
        while (i < size_ && (entries_[i].id & kExpanded)) ++i;
        return i < size_ ? entries_[i].id : kNone;
    }

private:
    std::vector<Neighbour> entries_;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
    std::size_t cursor_ = 0;
};

}  // namespace ann
