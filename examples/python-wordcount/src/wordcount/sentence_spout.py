"""Emits the same few sentences over and over."""

from itertools import cycle

from heronpy.api.spout.spout import Spout

SENTENCES = (
    "the heron waits in the reeds",
    "the aurora lights the north",
    "a patient bird counts every word",
)


class SentenceSpout(Spout):
    outputs = ["sentence"]

    def initialize(self, config, context):
        self.sentences = cycle(SENTENCES)

    def next_tuple(self):
        self.emit([next(self.sentences)])

    def ack(self, tup_id):
        pass

    def fail(self, tup_id):
        pass

    def activate(self):
        pass

    def deactivate(self):
        pass

    def close(self):
        pass
