// Functions beyond PromQL: forecasts and robust statistics, so that adaptive thresholds can be written as rules.
//
// Sources. AR: Wood et al., "Black-box and Gray-box Strategies for Virtual Machine Migration" (Sandpiper), NSDI 2007,
// §4. MAD, IQR, Loess: Beloglazov and Buyya, "Optimal online deterministic algorithms and adaptive heuristics for
// energy and performance efficient dynamic consolidation of virtual machines in Cloud data centers", Concurrency and
// Computation: Practice and Experience 24(13), 2012, §6. Loess itself: Cleveland, JASA 74(368), 1979.
#pragma once

#include <optional>

#include "actuator/rules/evaluate/range_functions.h"

namespace hotspot::rules {

// predict_ar(v[r], t): û = μ + φ^h (x_k − μ), where μ is the mean of the range, φ the autocorrelation at lag 1
// (Yule–Walker: Σ (x_i − μ)(x_{i−1} − μ) ÷ Σ (x_i − μ)²) and h the number of steps ahead: t ÷ the mean distance of
// samples, rounded. Constant samples predict themselves. Needs at least three samples.
std::optional<double> predict_ar(const RangeInput& in);

// mad_over_time(v[r]) = median |x_i − median x|, the median absolute deviation.
std::optional<double> mad_over_time(const RangeInput& in);
// iqr_over_time(v[r]) = third minus first quartile.
std::optional<double> iqr_over_time(const RangeInput& in);
// mad_upper_over_time(v[r], s) = 1 − s · MAD and iqr_upper_over_time(v[r], s) = 1 − s · IQR: the utilization (a ratio)
// above which a host counts as overloaded; the more it varied, the lower. The paper uses s = 2.5 and 1.5.
std::optional<double> mad_upper_over_time(const RangeInput& in);
std::optional<double> iqr_upper_over_time(const RangeInput& in);

// predict_loess(v[r], t): a least-squares line with tricube weights w_i = (1 − (Δ_i ÷ Δ_1)³)³, where Δ_i is the time
// from x_i to the newest sample, evaluated t seconds ahead. The paper's test: 1.2 * predict_loess(…) >= 1.
// predict_loess_robust: three more passes with the additional bisquare weights (1 − (r_i ÷ 6 s)²)² of the residuals
// r_i, where s is their median size: a single outlier has hardly any effect. At least three samples; the oldest has no
// weight.
std::optional<double> predict_loess(const RangeInput& in);
std::optional<double> predict_loess_robust(const RangeInput& in);

}  // namespace hotspot::rules
