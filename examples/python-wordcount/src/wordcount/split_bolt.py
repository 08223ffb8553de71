"""Splits sentences into words."""

from heronpy.api.bolt.bolt import Bolt


class SplitBolt(Bolt):
    outputs = ["word"]

    def initialize(self, config, context):
        pass

    def process(self, tup):
        for word in tup.values[0].split():
            self.emit([word], anchors=[tup])
        self.ack(tup)

    def process_tick(self, tup):
        pass
