"""Counts the words of an endless stream of sentences.

Heron names the topology: by what it is submitted as, else after the class.
"""

import heronpy.api.api_constants as api_constants
from heronpy.api.stream import Grouping
from heronpy.api.topology import Topology

from wordcount.count_bolt import CountBolt
from wordcount.sentence_spout import SentenceSpout
from wordcount.split_bolt import SplitBolt

TICK_SECONDS = 60


class WordCount(Topology):
    config = {api_constants.TOPOLOGY_STMGRS: 2}

    sentence = SentenceSpout.spec(par=2)
    split = SplitBolt.spec(par=2, inputs={sentence: Grouping.SHUFFLE})
    count = CountBolt.spec(
        par=4,
        inputs={split: Grouping.fields("word")},
        config={api_constants.TOPOLOGY_TICK_TUPLE_FREQ_SECS: TICK_SECONDS},
    )


if __name__ == "__main__":
    WordCount.write()
