"""Accounts: created, given a role, disabled and given a new password by an administrator; never deleted."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from reports.publishing import record

from .access import account
from .history import Remembered

admin.site.unregister(User)
# The roles are written down in reports/roles.py; there is nothing to edit about them.
admin.site.unregister(Group)

# A Chinese name is one word.
LABELS = {
    "last_name": ("姓名", ""),
    "groups": ("角色", "编辑：上传、审核；审核发布：另可公开、撤回；管理员：另管账号和法院、主题等资料。"),
    "is_active": ("启用", "取消勾选即停用：不能再登录，经办记录仍保留。"),
}


@admin.register(User)
class AccountAdmin(Remembered, UserAdmin):
    list_display = ["username", "last_name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    search_fields = ["username", "last_name"]
    ordering = ["username"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("人员", {"fields": ["last_name", "is_active", "groups"]}),
        ("日期", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "last_name", "groups", "password1", "password2"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in LABELS:
            field.label, field.help_text = LABELS[db_field.name]
        return field

    @admin.display(description="角色")
    def roles(self, user: User) -> str:
        return "、".join(group.name for group in user.groups.all()) or ("系统管理" if user.is_superuser else "无")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Otherwise an administrator could take over the account of whoever runs the system, by a new password.
        out_of_reach = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not out_of_reach

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        # Every account here is a member of staff; what they may do is their role's affair.
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if isinstance(response, HttpResponseRedirect):
            record("重设密码", account(request), detail={"名称": User.objects.get(pk=id).username})
        return response
