// Where walks begin: at a row near the query, that few estimates find.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../kernels/bytes.hpp"
#include "../memory.hpp"
#include "codes.hpp"
#include "graph.hpp"

namespace ann {

/// Rows spread over the data, in groups: a few of them lead, and each of the others belongs to the leader
/// that is estimated to be nearest to it. Their codes lie together, those of a group one behind the other.
class Starts {
public:
    Starts() = default;
    /// One row in 64, at most 4,096, of which as many lead as the square root of that. `entry` leads.
    Starts(const CodedRows& rows, std::uint32_t entry);

    struct Start {
        std::uint32_t id;
        float estimate;
        std::size_t looked_at;  // codes
    };
    /// The nearest of the leaders and of the group of the nearest leader. `estimates`: room for most().
    [[nodiscard]] Start near(const CodedQuery& query, CodeShape shape, float* estimates) const;
    /// Codes that near() looks at together, at most.
    [[nodiscard]] std::size_t most() const;

    [[nodiscard]] std::size_t bytes() const { return ids_.bytes() + codes_.bytes() + groups_.bytes(); }
    /// Whether its parts fit together, and to so many vertices: for what was read.
    [[nodiscard]] bool is_sound(std::size_t vertices, CodeShape shape) const;

    /// All that it consists of, for a file (archive.hpp).
    template <class Archive>
    void archive(Archive& each) {
        each(ids_, codes_, groups_);
    }

private:
    [[nodiscard]] std::size_t leaders() const { return groups_.size() - 1; }

    AlignedArray<std::uint32_t> ids_;     // the leaders, then group by group
    AlignedArray<std::uint8_t> codes_;    // theirs
    AlignedArray<std::uint32_t> groups_;  // where each group begins in ids_, and where the last one ends
};

}  // namespace ann
