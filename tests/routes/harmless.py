"""Operations that change nothing a visitor is served of guarded items, with the reason; ``*`` stands for any text."""

GROUPS = {
    "Reads only; what drafts it may show is tried in tests/departments/test_scope.py.": """
        wagtailadmin_home wagtailadmin_explore* wagtailadmin_api:*:detail wagtailadmin_api:*:find
        wagtailadmin_api:*:listing wagtailadmin_reports:* wagtailadmin_pages:history* wagtailadmin_pages:search*
        wagtailadmin_pages:type_use* wagtailadmin_pages:usage wagtailadmin_pages:revisions_index
        wagtailadmin_pages:revisions_view wagtailadmin_pages:revisions_compare wagtailadmin_pages:view_draft
        wagtailadmin_pages:workflow_history* wagtailadmin_pages:workflow_preview wagtailadmin_pages:preview_on_*
        wagtailadmin_block_preview wagtailadmin_pages:add_subpage wagtailadmin_pages:choose_parent
        wagtailsnippets:index wagtailsnippets:list* wagtailsnippets:history* wagtailsnippets:usage
        wagtailsnippets:revisions_compare wagtailsnippets:workflow_history* wagtailsnippets:inspect
        wagtailsnippets:preview_on_* wagtaildocs:index* wagtaildocs:document_usage wagtailimages:index*
        wagtailimages:image_usage wagtailimages:preview wagtailimages:url_generator*
        wagtail_localize:translations_report* wagtail_localize:preview_translation wagtail_localize:download_pofile
        wagtail_localize:snippets_api_* *:usage *:history *:history_results wagtailadmin_tag_*
        wagtailadmin_javascript_catalog wagtail_localize:javascript_catalog wagtailadmin_sprite
        wagtailforms:index* wagtailforms:list_submissions* wagtailadmin_error_test v3:schema_* v3:whoami
    """,
    "Choosers: they pick rows for a form that is saved elsewhere.": """
        wagtailadmin_choose_page* *_chooser:choose* *_chooser:chosen* *_chooser:select_format
        wagtailsnippetchoosers:* wagtailembeds:*
    """,
    "What the public reads: public rows alone, see tests/routes/test_api_scope.py for drafts and their files.": """
        wagtail_serve wagtaildocs_serve wagtailapi:* v3:*_list v3:*_detail v3:*_find wagtailcore_* wagtaildocs_authenticate_*
    """,
    "New files: nothing public uses them yet.": """
        wagtaildocs:add* wagtailimages:add* *:create_multiple_from_* *:delete_upload_multiple
        wagtaildocs_chooser:create wagtailimages_chooser:create v3:documents_create v3:images_create
    """,
    "The forms and deletions after an upload of many files: the same checks of the row as the forms of one.": """
        wagtaildocs:edit_multiple wagtaildocs:delete_multiple wagtailimages:edit_multiple wagtailimages:delete_multiple
    """,
    "About people, groups and their tokens: nobody's right is the authority for what is public.": """
        wagtailusers_* bulk:auth.user:* wagtailadmin_account wagtailadmin_login wagtailadmin_logout
        wagtailadmin_password_reset* wagtailadmin_dismissibles wagtailadmin_editing_sessions:* command:api_tokens
    """,
    "Workflows and their tasks: the review policy says what is required, see tests/routes/workflow.py.": """
        wagtailadmin_workflows:*
    """,
    "Steps of the ordinary review, see tests/journeys and tests/publishing.": """
        menu:SubmitForModerationMenuItem menu:CancelWorkflowMenuItem menu:RestartWorkflowMenuItem
        menu:WorkflowMenuItem menu:*LockedMenuItem menu:SaveMenuItem menu:RestartTranslation*
        menu:ConvertToAliasPageActionMenuItem wagtailadmin_pages:collect_workflow_action_data
        wagtailadmin_pages:confirm_workflow_cancellation
    """,
    "Words of translations: they reach a page by a draft.": """
        wagtail_localize:edit_* wagtail_localize:machine_translate wagtail_localize:upload_pofile
        wagtail_localize:stop_translation wagtail_localize:submit_snippet_translation
        simple_translation:submit_snippet_translation
    """,
    "Redirects answer only where nothing else does.": "wagtailredirects:* v3:redirects_* command:import_redirects",
    "New collections, sites and languages hold nothing; those that exist are in the table.": """
        wagtailadmin_collections:add wagtailadmin_collections:index wagtailsites:index* wagtailsites:copy
        v3:sites_create wagtaillocales:*
    """,
    "Cases of citizens: nothing of them is public, and each moves by its own actions; see tests/casework/test_desk_bulk.py.": """
        bulk:wagtail_disclosure.citizenletter:*
        bulk:wagtail_disclosure.disclosurerequest:*
    """,
    "Comments on drafts: each is moved for itself, and shown in its masked text; see tests/participation/test_admin.py.": """
        bulk:wagtail_disclosure.comment:*
    """,
    "Answers that visitors sent with forms.": "wagtailforms:delete_submissions",
    "Extensions of the database, caches and orphans.": """
        command:enable_* command:convert_mariadb_uuids command:purge_embeds command:*_tags
    """,
    "The address of all bulk actions, and of all actions of the admin API: each is listed by itself.": """
        wagtail_bulk_action wagtailadmin_api:pages:action
    """,
}


def patterns():
    return {pattern: reason for reason, names in GROUPS.items() for pattern in names.split()}
