#include "window.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "parallel.hpp"

namespace ann {
namespace {

constexpr std::size_t kWindowBytes = std::size_t{8} << 20;
/// Dimensions between two looks at what is still within reach.
constexpr std::size_t kStretch = 128;
/// Of kFloatTile * kFloatQueries pairs: below so many, each by itself is quicker.
constexpr std::size_t kFew = 48;

}  // namespace

Window::Window(Rows& form, const MatrixView& all) : form_(form), all_(all) {
    const std::size_t rows = kWindowBytes / (form.stride() * sizeof(float)) / kFloatTile * kFloatTile;
    const std::size_t all_tiles = (all.rows + kFloatTile - 1) / kFloatTile;
    most_rows_ = std::clamp<std::size_t>(rows, kFloatTile, all_tiles * kFloatTile);
    tiles_ = AlignedArray<float>(most_rows_ * form.stride());
}

void Window::move_to(std::size_t first, unsigned threads) {
    first_ = first;
    form_.take(all_, first, std::min(all_.rows, first + most_rows_), threads);
    const std::size_t stride = form_.stride();
    parallel_blocks(form_.count(), kFloatTile, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        float* tile = tiles_.data() + begin * stride;
        for (std::size_t j = 0; j < stride; ++j)
            for (std::size_t i = begin; i < end; ++i)
                tile[j * kFloatTile + i - begin] = form_.row(static_cast<std::uint32_t>(i))[j];
    });
}

void Window::scan(std::size_t tile, const float* queries, const char* wanted, std::size_t count,
                  FloatCandidates* candidates) const {
    const std::size_t stride = form_.stride(), begin = tile * kFloatTile;
    const std::size_t rows = std::min(kFloatTile, form_.count() - begin);
    alignas(kCacheLine) float sums[kFloatQueries * kFloatTile] = {};
    const auto within = [&](std::size_t q) {
        const float reach = wanted[q] != 0 ? candidates[q].reach() : -1.0f;
        std::int32_t sum = 0;
        for (std::size_t r = 0; r < kFloatTile; ++r) sum += sums[q * kFloatTile + r] <= reach ? 1 : 0;
        return static_cast<std::size_t>(sum);
    };

    std::size_t done = 0;
    while (done < stride) {
        const std::size_t dims = std::min(kStretch, stride - done);
        kernels().tile(queries + done, stride, tiles_.data() + begin * stride + done * kFloatTile, dims, sums);
        done += dims;
        std::size_t alive = 0;
        for (std::size_t q = 0; q < count; ++q) alive += within(q);
        if (alive == 0) return;
        if (alive < kFew) break;
    }
    for (std::size_t q = 0; q < count; ++q) {
        if (wanted[q] == 0) continue;
        for (std::size_t r = 0; r < rows; ++r) {
            float sum = sums[q * kFloatTile + r];
            const float reach = candidates[q].reach();
            if (!(sum <= reach)) continue;
            const auto place = static_cast<std::uint32_t>(begin + r);
            if (done < stride) {
                const float rest = std::nextafter(reach - sum, std::numeric_limits<float>::infinity());
                sum += kernels().pair(queries + q * stride + done, form_.row(place) + done, stride - done, rest);
            }
            candidates[q].offer(sum, static_cast<std::uint32_t>(first_ + begin + r));
        }
    }
}

}  // namespace ann
