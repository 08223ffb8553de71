"""Counts words and logs the counts with every tick."""

from collections import Counter

from heronpy.api.bolt.bolt import Bolt


class CountBolt(Bolt):
    outputs = []

    def initialize(self, config, context):
        self.counts = Counter()

    def process(self, tup):
        self.counts[tup.values[0]] += 1
        self.ack(tup)

    def process_tick(self, tup):
        self.log(str(dict(self.counts)))
