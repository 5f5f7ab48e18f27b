// Which nodes a search has seen.
#pragma once

#include <cstdint>
#include <cstring>

#include "memory.hpp"

namespace ann {

/// One 16-bit tag a node. A new search takes the next tag instead of clearing the array, which
/// therefore happens once in 65,535 searches.
class Visited {
public:
    explicit Visited(std::size_t nodes) : tags_(nodes) {}

    void clear() {
        if (++epoch_ == 0) {
            std::memset(tags_.data(), 0, tags_.bytes());
            epoch_ = 1;
        }
    }

    /// True the first time an id is offered since clear().
    bool insert(std::uint32_t id) {
        if (tags_[id] == epoch_) return false;
        tags_[id] = epoch_;
        return true;
    }

private:
    AlignedArray<std::uint16_t> tags_;
    std::uint16_t epoch_ = 0;
};

}  // namespace ann
