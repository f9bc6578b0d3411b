//! Fields: their results stay as text; page numbers stay fields.

use super::super::xml::{Item, Node};
use crate::{Context, Kind};

/// A complex field that is open.
struct Open {
    instruction: String,
    in_result: bool,
    /// What a check box or a list shows, if it is one.
    form: Option<String>,
}

/// Replaces every field of a story by its result.
pub(super) fn flatten(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    let mut fields = Fields { open: Vec::new(), code: 0, links: 0 };
    fields.walk(root);
    if fields.code > 0 {
        cx.removed(Kind::UnusedData, place, "field codes: their results stay");
    }
    if fields.links > 0 {
        cx.removed(Kind::ExternalReferences, place, "fields that name a file or an address");
    }
}

struct Fields {
    open: Vec<Open>,
    code: u64,
    links: u64,
}

impl Fields {
    fn walk(&mut self, node: &mut Node) {
        node.replace(|mut child| match child.name {
            "w:r" => self.run(child),
            "w:fldSimple" => {
                let instruction = child.take("w:instr").unwrap_or_default();
                self.count(&instruction);
                if let Some(kept) = page(&instruction) {
                    child.retain(|inner| inner.name == "w:r");
                    child.set("w:instr", kept);
                    return vec![Item::Node(child)];
                }
                self.walk(&mut child);
                child.items
            }
            _ => {
                self.walk(&mut child);
                vec![Item::Node(child)]
            }
        });
    }

    fn run(&mut self, mut run: Node) -> Vec<Item> {
        let properties = run.child("w:rPr").cloned();
        let mut out = Vec::new();
        let mut shown = Vec::new();
        for item in std::mem::take(&mut run.items) {
            let Item::Node(mut node) = item else { continue };
            match node.name {
                "w:rPr" => {}
                "w:fldChar" => {
                    let made = self.mark(&node);
                    if let Some(mut made) = made.filter(|_| self.visible()) {
                        if let Some(Item::Node(inner)) =
                            made.items.first_mut().filter(|_| made.name == "w:fldSimple")
                        {
                            inner.items.splice(0..0, properties.clone().map(Item::Node));
                            out.push(Item::Node(made));
                        } else {
                            shown.push(Item::Node(made));
                        }
                    }
                }
                "w:instrText" | "w:delInstrText" => {
                    if let Some(open) = self.open.last_mut().filter(|open| !open.in_result) {
                        open.instruction.push_str(&node.text());
                    }
                }
                _ if self.visible() => {
                    // A text box in a drawing has its own fields.
                    if node.name != "w:t" {
                        let outer = std::mem::take(&mut self.open);
                        self.walk(&mut node);
                        self.open = outer;
                    }
                    shown.push(Item::Node(node));
                }
                _ => {}
            }
        }
        if !shown.is_empty() {
            run.items = properties.into_iter().map(Item::Node).chain(shown).collect();
            out.insert(0, Item::Node(run));
        }
        out
    }

    /// Whether what comes now is shown.
    fn visible(&self) -> bool {
        self.open.iter().all(|open| open.in_result && page(&open.instruction).is_none())
    }

    /// One of the three marks of a complex field; at its end what stands in its place, if that is no result.
    fn mark(&mut self, node: &Node) -> Option<Node> {
        match node.attr("w:fldCharType") {
            Some("begin") => self.open.push(Open {
                instruction: String::new(),
                in_result: false,
                form: form(node),
            }),
            Some("separate") => {
                if let Some(open) = self.open.last_mut() {
                    open.in_result = true;
                }
            }
            Some("end") => {
                let open = self.open.pop()?;
                self.count(&open.instruction);
                if let Some(kept) = page(&open.instruction) {
                    let text = Node::new("w:t", &[]).text_item("1");
                    let run = Node::new("w:r", &[]).with([text]);
                    return Some(Node::new("w:fldSimple", &[("w:instr", kept)]).with([run]));
                }
                let box_or_list = open.form.filter(|_| {
                    !open.in_result
                        || open.instruction.trim().starts_with("FORMCHECKBOX")
                        || open.instruction.trim().starts_with("FORMDROPDOWN")
                });
                if let Some(text) = box_or_list {
                    return Some(Node::new("w:t", &[("xml:space", "preserve")]).text_item(text));
                }
                return symbol(&open.instruction);
            }
            _ => {}
        }
        None
    }

    fn count(&mut self, instruction: &str) {
        let word =
            instruction.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        if matches!(
            word.as_str(),
            "HYPERLINK"
                | "INCLUDEPICTURE"
                | "INCLUDETEXT"
                | "LINK"
                | "DDE"
                | "DDEAUTO"
                | "IMPORT"
                | "INCLUDE"
                | "RD"
                | "DATABASE"
                | "FILENAME"
                | "TEMPLATE"
        ) {
            self.links += 1;
        }
        self.code += 1;
    }
}

/// The field as we write it, if it is one that counts pages.
fn page(instruction: &str) -> Option<&'static str> {
    let word = instruction.split_ascii_whitespace().next()?;
    ["PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(word))
}

/// What a form field shows by itself.
fn form(begin: &Node) -> Option<String> {
    let data = begin.child("w:ffData")?;
    if let Some(check) = data.child("w:checkBox") {
        let on = |name| {
            check.child(name).map(|n| !matches!(n.attr("w:val"), Some("0" | "false" | "off")))
        };
        let on = on("w:checked").or_else(|| on("w:default")).unwrap_or(false);
        return Some(if on { "☒" } else { "☐" }.to_owned());
    }
    let list = data.child("w:ddList")?;
    let at = list.val("w:result", "w:val").or_else(|| list.val("w:default", "w:val"));
    let at = at.and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    list.nodes().filter(|n| n.name == "w:listEntry").nth(at)?.attr("w:val").map(str::to_owned)
}

/// `SYMBOL 167 \f Wingdings` has no result: the character itself.
fn symbol(instruction: &str) -> Option<Node> {
    let mut words = instruction.split_ascii_whitespace();
    words.next().filter(|word| word.eq_ignore_ascii_case("SYMBOL"))?;
    let code: u32 = words.next()?.parse().ok().filter(|code| *code <= 0xff)?;
    let font = instruction.split_once("\\f")?.1.trim().trim_matches('"');
    let font = font.split('"').next()?.split(" \\").next()?.trim();
    let code = format!("F{code:03X}");
    Some(Node::new("w:sym", &[("w:font", font), ("w:char", &code)]))
}
