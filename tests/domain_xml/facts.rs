//! What a domain description says, whatever the order of its elements and attributes.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

/// Each thing the description says, as a piece of XML in one spelling.
pub fn of(xml: &str) -> Vec<String> {
    let domain = parse(xml);
    let mut facts = vec![format!("<domain{}/>", spelled_attributes(&domain))];
    for element in &domain.children {
        let name = &element.name;
        match name.as_str() {
            "devices" => facts.extend(element.children.iter().map(spelled)),
            "os" | "features" => facts.extend(
                element
                    .children
                    .iter()
                    .map(|part| format!("<{name}>{}</{name}>", spelled(part))),
            ),
            _ => facts.push(spelled(element)),
        }
    }
    facts.sort();
    facts
}

fn parse(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<Element> = Vec::new();
    loop {
        let closed = match reader.read_event().unwrap() {
            Event::Start(start) => {
                open.push(element(&start));
                continue;
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.decode().unwrap());
                }
                continue;
            }
            Event::Empty(start) => element(&start),
            Event::End(_) => open.pop().unwrap(),
            other => panic!("{other:?} in {xml}"),
        };
        match open.last_mut() {
            Some(parent) => parent.children.push(closed),
            None => return closed,
        }
    }
}

fn element(start: &BytesStart) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let name = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        (name, String::from_utf8(attribute.value.to_vec()).unwrap())
    });
    Element {
        name: String::from_utf8(start.name().as_ref().to_vec()).unwrap(),
        attributes: attributes.collect(),
        children: Vec::new(),
        text: String::new(),
    }
}

fn spelled(element: &Element) -> String {
    let (name, attributes) = (&element.name, spelled_attributes(element));
    let mut content: Vec<_> = element.children.iter().map(spelled).collect();
    content.sort();
    // Between elements there is only white space.
    let content = if content.is_empty() {
        element.text.clone()
    } else {
        content.concat()
    };
    if content.is_empty() {
        format!("<{name}{attributes}/>")
    } else {
        format!("<{name}{attributes}>{content}</{name}>")
    }
}

fn spelled_attributes(element: &Element) -> String {
    let mut attributes = element.attributes.clone();
    // libvirt tells the bus from the name.
    let is_virtio = |(name, value): &(String, String)| name == "dev" && value.starts_with("vd");
    if element.name == "target" && attributes.iter().any(is_virtio) {
        attributes.retain(|(name, value)| name != "bus" || value != "virtio");
    }
    attributes.sort();
    attributes
        .iter()
        .map(|(name, value)| format!(" {name}=\"{value}\""))
        .collect()
}
