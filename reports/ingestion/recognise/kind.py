"""What kind of document it is: 年度报告, 工作总结, 工作报告, 新闻报道, 白皮书, 其他."""

from ..shapes import Article, Found
from .plain import Plain


def kind_of(words: Plain, article: Article) -> Found:
    for sign, kind in (("法治政府建设", "年度报告"), ("总结", "工作总结"), ("工作报告", "工作报告")):
        if sign in article.title:
            return Found("type", kind, 0.5)
    return Found("type", "新闻报道", 0.5)
