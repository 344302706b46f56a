"""The contract, kept by Whoosh."""

from .backend_contract import BackendContract, add, find


class TestWhoosh(BackendContract):
    def test_a_single_character_counts_once_in_a_text(self):
        add("鱻，甲乙丙。", "鱻鱻鱻鱻鱻。", title="报告")

        once, often = find("鱻").hits

        assert once.score == often.score
