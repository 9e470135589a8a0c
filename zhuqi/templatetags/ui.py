"""The component kit. `{% load ui %}` gives all of it; a bad tone, icon or status raises instead of showing nothing.

Icons and states
    {% icon "bell" %}                                 names are listed in zhuqi/icons.py
    {% chip "用地规划" icon="map-2" %}                  a plain fact; tone= work near late done hold pause
    {% status_chip case %}  {% level_chip case %}      from case.status / case.level; level none gives nothing
    {% standing_chip policy_standing %}               whether a policy is in force today
    {% count 5 tone="late" %}                          the round number in tabs and queues (tone: work near late)
    {% ticket ticket %}                                许助企交〔2026〕12号 with its kind, inside a sentence
    {% due d.due_on met_on=d.met_on provisional=d.provisional %}            还剩 3 天 11-26 周四   (rows)
    {% due d.due_on style="line" %}                    还剩 3 天 · 11-26（周四）前                (sentences)
    {{ d.due_on|due_tone:today }}                      "", near or late, for your own markup
    {% strip reckoning missed=True marks=marks %}      the day strip with legend and rule in words (R-43)
Dates and figures
    {{ x|md }} 11-23  |md_week 11-23 周一  |md_paren 11-23（周一）  |spoken 11 月 23 日  |spoken_paren
    |document 2026年9月18日  |document_week  |weekday 周一  |hm 10:41  |md_hm  |ago:today 昨天  |wan 130 万元  |filesize_zh
    {% percent 53 61 %}                                87% 53/61; under 5: 不足 5 件 3/4
    {% bar 53 61 kind="c" %}                           the whole cell: bar, percent, n; kind: c (blue), g (green), w (wall)
    {% excerpt case.description words 90 %}            what was searched for in <mark>, 90 characters around the first hit
Parts of a page
    {% note "near" title="明天截止" %}…{% endnote %}    tones: near late err done quiet and "" (blue)
    {% empty "checks" "都签收了" %}…buttons…{% endempty %}
    {% pagination page %}                              keeps the other query parameters
    {% tabset tabs label="按所欠的事分" %}               tabs: dicts label, url, count, tone, current; "-" is the gap
    {% files attachments %}                            objects with name, size, url (or get_absolute_url)
    {% phone contact.phone reveal_url %}               138****1234 and a form that asks why (reveal_url optional)
    {% dialog "close-12" "作废这张单？" button="作废" %}…form fields…{% enddialog %}   opens by data-dialog="close-12"
    {% drawer "交办" "d" close_url=back %}…{% enddrawer %}
    {% meter 87 %}                                     only the bar, 0 – 100
Forms (see zhuqi/templatetags/formparts.py)
    {% facet_options facets.year chosen %}            the options of a select, each with how many there are
    {% field form.title %}  {% seg form.mode lg=True %}  {% faces form.score %}  {% ticks form.ticks %}  {% form_errors form %}
Frame: extend base.html (signed in) or base_door.html (by link); blocks title body_class content bar scripts styles
Scripts, by data attributes (static/js; every page works without them)
    form data-draft="visit-new" [data-bound when it came back with errors] + <span data-draft-state>   draft on the device
    button data-dialog="key"           opens {% dialog %};  ?dialog=key in the address opens it at once
    button aria-expanded aria-controls="x" + part id="x" data-fold [class="is-open"]; data-fold-one around: one at a time
    holder data-drawer-holder          a drawer put in by htmx closes in place; [type=submit][data-main] is Ctrl+Enter
    data-autosubmit on a select, data-check-all="css" on a box, data-print, data-copy, data-peek="input id"
    board (js/keys.js in block scripts): [data-keys] around rows [data-row]; row link [data-open]; data-key="a" on buttons;
        moving fires `rowselect` on the row (hx-trigger="rowselect"); {% include "ui/keys_help.html" %}
    charts (vendor/echarts.min.js + js/charts.js): see the head of static/js/charts.js
    a view may say one sentence: announce(response, "toast", "已保存")
"""

from django import template

from zhuqi.templatetags import blocks, datesaid, excerpts, formparts, marks, strips

register = template.Library()
for _part in (marks, datesaid, strips, blocks, formparts, excerpts):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
