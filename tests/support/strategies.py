"""What hypothesis draws for tests of planning: the numbers of a document, what trials do."""

from __future__ import annotations

from hypothesis import strategies as st

from support.natures import Nature

SPECS = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 3),
        "limits": st.fixed_dictionaries(
            {
                "parallelBatches": st.integers(1, 3),
                "failuresPerPair": st.integers(1, 4),
                "wallClock": st.sampled_from([None, None, 200.0]),
                "cpuHours": st.sampled_from([None, None, 0.1]),
            }
        ),
        "batch": st.fixed_dictionaries(
            {
                "targetSeconds": st.sampled_from([1.0, 3.0, 60.0]),
                "maxTrials": st.sampled_from([1, 3, 6, 6]),
            }
        ),
        "resources": st.fixed_dictionaries({"cpu": st.sampled_from([0.5, 1.0, 2.0])}),
        "evaluation": st.fixed_dictionaries({"failures": st.sampled_from(["count", "replace"])}),
        "secondsPerPair": st.sampled_from([None, None, 1.0]),
        "searches": st.sampled_from([1, 1, 1, 2]),
    }
)

# Most trials do well, so that there are bystanders; each place in turn is some trial's nature.
MIXED_NATURES = st.lists(st.sampled_from([Nature.WELL] * 6 + list(Nature)), min_size=8, max_size=8)
