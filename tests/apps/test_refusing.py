"""A refusal stands on the form where it belongs, with its clause; what is forbidden is no matter of the form."""

import pytest
from django import forms

from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.web.refusing import put, tried


class AmountForm(forms.Form):
    amount = forms.IntegerField(label="金额")
    reason = forms.CharField(label="理由", required=False)


def refuse(refusal: Refusal) -> AmountForm:
    form = AmountForm({"amount": "5"})

    def act(_data: dict[str, object]) -> None:
        raise refusal

    assert tried(form, act) is None
    return form


def test_refusal_stands_at_the_field_that_its_place_names():
    form = refuse(Refusal("超过预算", where="金额", remedy="改小", clause="T03-9"))
    assert form.errors == {"amount": ["超过预算。改小（依据：任务三 T03-9）"]}


def test_refusal_about_something_else_stands_above_with_its_place_and_details():
    form = refuse(Refusal("没有取值", where="参数", details=["第一行", "第二行"]))
    assert form.non_field_errors() == ["参数：没有取值；第一行；第二行"]


def test_field_given_is_used_only_if_the_form_has_it():
    form = AmountForm({"amount": "5"})
    put(form, Refusal("一"), "reason")
    put(form, Refusal("二", where="第 3 行"), "upload")
    put(form, Refusal("三", where="第 4 行"), "reason")
    assert form.errors == {"reason": ["一", "第 4 行：三"], "__all__": ["第 3 行：二"]}


def test_what_is_forbidden_is_not_told_as_a_fault_of_the_entry():
    with pytest.raises(NotAllowed):
        refuse(NotAllowed("不能这样做"))


def test_wrong_form_is_not_tried():
    assert tried(AmountForm({"amount": "x"}), lambda _data: pytest.fail("ran")) is None
